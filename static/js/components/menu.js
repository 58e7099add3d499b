// Colours, contrast and language: how the atlas looks to this person.

import { html } from '../../vendor/preact.js';
import { language, languages, setLanguage, t } from '../lib/i18n.js';
import { chooseContrast, chooseTheme, contrast, remember, standing, theme } from '../lib/store.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/i18n.js').Language} Language */

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
  return html`<label class="choice"><span>${t('language')}</span><select class="language" value=${language.value} onChange=${choose}>
    ${Object.entries(languages).map(([tag, name]) => html`<option key=${tag} value=${tag} lang=${tag}>${name}</option>`)}
  </select></label>`;
}

function Colours() {
  const wishes = /** @type {const} */ ([['system', t('likeSystem')], ['light', t('light')], ['dark', t('dark')]]);
  return html`<fieldset class="choice"><legend>${t('colours')}</legend><div class="seg">${wishes.map(
    ([name, label]) => html`<label key=${name}><input type="radio" name="theme" checked=${theme.value === name} onChange=${() => chooseTheme(name)} /><span>${label}</span></label>`,
  )}</div></fieldset>`;
}

function Contrast() {
  const isHigh = contrast.value === 'more' || (contrast.value === 'system' && document.documentElement.dataset.contrast === 'more');
  return html`<label class="choice check"><input type="checkbox" checked=${isHigh} onChange=${(/** @type {any} */ event) => chooseContrast(event.currentTarget.checked)} /><span>${t('highContrast')}</span></label>`;
}

/** @param {{ close: () => void }} props */
export function MenuInside({ close }) {
  const account = standing.value?.account;
  return html`<${Colours} /><${Contrast} /><${LanguageChoice} />
    <p class="menu-links">${account
      ? html`<a href="/account" onClick=${close}>${t('account')}</a>`
      : html`<a href="/sign-in" onClick=${close}>${t('signIn')}</a>`}<a href="/docs">${t('documentation')}</a></p>`;
}
