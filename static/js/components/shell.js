// What stands around every page: header, footer, toasts.

import { html, useEffect } from '../../vendor/preact.js';
import { language, languages, setLanguage, t } from '../lib/i18n.js';
import { path } from '../lib/router.js';
import { remember, switchTheme, theme } from '../lib/store.js';
import { EntriesPage } from '../views/entries.js';
import { toast, Toasts } from './toasts.js';

/** @typedef {import('../lib/i18n.js').Language} Language */

const views = /** @type {Record<string, import('../../vendor/preact.js').FunctionComponent>} */ ({ '/': EntriesPage });

const Emblem = () => html`<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M5 4c3 0 6 2 8 4 2-.6 4-.6 6 0 2-2 5-4 8-4 1 4 1 8 0 11 1 7-3 13-11 13S4 22 5 15C4 12 4 8 5 4z" fill="var(--pine)" />
  <path d="M16 12c-3 0-5 2-5 4.800 0 3.200 5 7.200 5 7.200s5-4 5-7.200c0-2.800-2-4.800-5-4.800z" fill="var(--accent)" /><circle cx="16" cy="16.800" r="1.900" fill="var(--paper)" /></svg>`;

const Sun = () => html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="4.500" /><path d="M12 2.500v2.500M12 19v2.500M2.500 12H5M19 12h2.500M5.300 5.300L7 7M17 17l1.700 1.700M18.700 5.300L17 7M7 17l-1.700 1.700" /></svg>`;
const Moon = () => html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z" /></svg>`;

function LanguageChoice() {
  const choose = async (/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) => {
    const select = event.currentTarget;
    const wanted = /** @type {Language} */ (select.value);
    try {
      await setLanguage(wanted);
      remember('language', wanted);
    } catch {
      // The files of this page are gone from the server: a newer CatAtlas has taken its place.
      select.value = language.value;
      toast(t('updated'), 'bad');
    }
  };
  return html`<select class="language" aria-label=${t('language')} value=${language.value} onChange=${choose}>
    ${Object.entries(languages).map(([tag, name]) => html`<option key=${tag} value=${tag} lang=${tag}>${name}</option>`)}
  </select>`;
}

export function Shell() {
  const isDark = theme.value === 'dark';
  useEffect(() => {
    const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper');
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', paper);
  }, [isDark]);
  useEffect(() => {
    document.title = `${t('sightings')} · CatAtlas`;
  }, [language.value]);
  return html`
    <a class="skip" href="#main">${t('skip')}</a>
    <header class="top"><div class="bar">
      <a class="brand" href="/"><${Emblem} /><span>CatAtlas</span></a>
      <div class="tools">
        <${LanguageChoice} />
        <button type="button" class="quiet icon" aria-label=${t(isDark ? 'toLight' : 'toDark')} onClick=${switchTheme}><${isDark ? Sun : Moon} /></button>
      </div>
    </div></header>
    <main id="main" tabindex="-1"><${views[path.value] ?? EntriesPage} /></main>
    <footer class="foot"><p>CatAtlas</p><p class="tagline">${t('tagline')}</p>
      <nav aria-label="CatAtlas"><a href="/docs">${t('documentation')}</a><a href=${new URL('../../vendor/LICENSES.txt', import.meta.url).pathname}>${t('licences')}</a></nav>
    </footer>
    <${Toasts} />`;
}
