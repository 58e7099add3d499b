// Starts the app: the frame of every page, header, tabs, footer and toasts, and in it the page at the address.

import { html, render, signal, useEffect, useRef, useState } from '../vendor/preact.js';
import { loadWords, preferredLanguage, setLanguage, t } from './lib/i18n.js';
import { page, place, useTitle } from './lib/router.js';
import { isDark, isShutOut, learnStanding, mayDo, remembered, standing } from './lib/store.js';
import { EntriesPage } from './views/entries.js';
import { Icon } from './components/icon.js';
import { Notice } from './components/notice.js';
import { toast, Toasts } from './components/toasts.js';

/** @typedef {import('../vendor/preact.js').FunctionComponent<{ id: number | null, path: string }>} View */

/** Views by noun. The first page's is here from the start; its style is named in index.html and its words are those of every page. */
const views = signal(/** @type {Record<string, View>} */ ({ entries: EntriesPage }));
const failed = signal(/** @type {string | null} */ (null));
const coming = new Map();

/** @param {string} noun */
function loadStyle(noun) {
  const sheet = document.createElement('link');
  const loaded = new Promise((resolve, reject) => {
    sheet.onload = resolve;
    sheet.onerror = reject;
  });
  document.head.append(Object.assign(sheet, { rel: 'stylesheet', href: new URL(`../css/${noun}.css`, import.meta.url).href }));
  return loaded;
}

/** @param {string} noun */
async function bring(noun) {
  const [{ default: View }] = await Promise.all([import(`./views/${noun}.js`), loadWords(noun), loadStyle(noun)]);
  views.value = { ...views.value, [noun]: View };
}

/** Loads what a noun needs, once; again after it failed. @param {string} noun */
function prepare(noun) {
  if (views.value[noun] || coming.has(noun)) return;
  failed.value = null;
  const done = bring(noun).catch(() => {
    failed.value = noun;
  });
  coming.set(noun, done.finally(() => coming.delete(noun)));
}

const Coming = () => html`<div class="sheet one" aria-busy="true"><p class="unseen" role="status">${t('pageComing')}</p><div class="ghost"><i></i><i></i><i></i></div></div>`;

function Failed() {
  useTitle(t('pageFailed'));
  return html`<div class="sheet one" role="alert"><${Notice} coat="blue" title=${t('pageFailed')} text=${t('pageFailedText')}>
    <button type="button" class="primary" onClick=${() => location.reload()}>${t('reload')}</button><//></div>`;
}

function Missing() {
  useTitle(t('nowhere'));
  return html`<div class="sheet one"><${Notice} coat="soot" title=${t('nowhere')} text=${t('nowhereText')}><a class="button primary" href="/">${t('sightings')}</a><//></div>`;
}

function Page() {
  // Whoever may not even read is shown the door, at whatever address, and then what they came for.
  const noun = isShutOut() && page.value?.noun !== 'doors' ? 'doors' : page.value?.noun;
  useEffect(() => {
    if (noun) prepare(noun);
  }, [noun]);
  if (!noun) return html`<${Missing} />`;
  const View = views.value[noun];
  if (View) return html`<${View} key=${`${page.value?.path} ${page.value?.id}`} id=${page.value?.id ?? null} path=${place.value.path} />`;
  return failed.value === noun ? html`<${Failed} />` : html`<${Coming} />`;
}

const Emblem = () => html`<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M5 4c3 0 6 2 8 4 2-.6 4-.6 6 0 2-2 5-4 8-4 1 4 1 8 0 11 1 7-3 13-11 13S4 22 5 15C4 12 4 8 5 4z" fill="var(--pine)" />
  <path d="M16 12c-3 0-5 2-5 4.800 0 3.200 5 7.200 5 7.200s5-4 5-7.200c0-2.800-2-4.800-5-4.800z" fill="var(--accent)" /><circle cx="16" cy="16.800" r="1.900" fill="var(--paper)" /></svg>`;

/** @param {{ href: string, icon: string, label: string, nouns: string[] }} props */
const Tab = ({ href, icon, label, nouns }) => html`<a href=${href} aria-current=${nouns.includes(page.value?.noun ?? '') ? 'page' : undefined}><${Icon} name=${icon} /><span>${label}</span></a>`;

/** The pages. Under the thumb on a phone, in the header elsewhere. */
function Tabs() {
  const account = standing.value?.account;
  return html`<nav class="tabs" aria-label=${t('pages')}>
    <${Tab} href="/" icon="paw" label=${t('sightings')} nouns=${['entries', 'entry']} />
    <${Tab} href="/map" icon="map" label=${t('map')} nouns=${['map']} />
    <${Tab} href="/cats" icon="cat" label=${t('cats')} nouns=${['cats', 'cat']} />
    ${standing.value && mayDo('audit') && html`<${Tab} href="/admin" icon="gauge" label=${t('admin')} nouns=${['admin']} />`}
    ${account
      ? html`<${Tab} href="/account" icon="person" label=${account.username} nouns=${['account']} />`
      : html`<${Tab} href="/sign-in" icon="person" label=${t('signIn')} nouns=${['doors']} />`}
  </nav>`;
}

/** Colours and language. What is in the menu comes when it is first opened; it closes once something else is pressed, or Escape. */
function Menu() {
  const [Inside, setInside] = useState(/** @type {any} */ (null));
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  const bring = () => void (Inside ?? import('./components/menu.js').then(({ MenuInside }) => setInside(() => MenuInside), () => toast(t('updated'), 'bad')));
  const close = () => panel.current?.hidePopover?.();
  return html`<button type="button" class="quiet icon menu-button" popovertarget="menu" aria-label=${t('menu')} onClick=${bring}><${Icon} name="menu" /></button>
    <section id="menu" class="menu" popover ref=${panel} aria-label=${t('menu')}>${Inside && html`<${Inside} close=${close} />`}</section>`;
}

/** Whoever presses a key where nothing is typed. @param {KeyboardEvent} event */
function isShortcut(event) {
  const at = event.target instanceof Element ? event.target : null;
  const isTyping = at?.closest('input, textarea, select, dialog[open], [contenteditable], .leaflet-container');
  return !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented && event.key.length === 1;
}

/** The keys, and the page that lists them. They come with the first one that is pressed. */
function Keys() {
  const [loaded, setLoaded] = useState(/** @type {typeof import('./components/keys.js') | null} */ (null));
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const onKey = async (/** @type {KeyboardEvent} */ event) => {
      if (!isShortcut(event)) return;
      const keys = await import('./components/keys.js').catch(() => null);
      const shortcut = keys?.shortcuts.find(({ key }) => key === event.key);
      if (keys && event.key === '?') {
        setLoaded(keys);
        setIsOpen(true);
      } else if (keys?.areOn()) shortcut?.act();
    };
    addEventListener('keyup', onKey);
    return () => removeEventListener('keyup', onKey);
  }, []);
  return loaded && html`<${loaded.KeysDialog} isOpen=${isOpen} onClose=${() => setIsOpen(false)} />`;
}

/** Says that there is no connection, for as long as there is none. */
function Connection() {
  const [isOff, setIsOff] = useState(navigator.onLine === false);
  useEffect(() => {
    const look = () => setIsOff(navigator.onLine === false);
    const events = ['online', 'offline'];
    events.forEach((name) => addEventListener(name, look));
    return () => events.forEach((name) => removeEventListener(name, look));
  }, []);
  return html`<div role="status">${isOff && html`<p class="offline" data-testid="offline">${t('offlineNotice')}</p>`}</div>`;
}

function Shell() {
  useEffect(() => void learnStanding().catch(() => {}), []);
  useEffect(() => {
    const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper');
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', paper);
  }, [isDark.value]);
  return html`
    <a class="skip" href="#main">${t('skip')}</a>
    <header class="top"><div class="bar"><a class="brand" href="/"><${Emblem} /><span>CatAtlas</span></a><${Tabs} /><${Menu} /></div></header>
    <${Connection} />
    <main id="main" tabindex="-1"><${Page} /></main>
    <footer class="foot"><p>CatAtlas</p><p class="tagline">${t('tagline')}</p>
      <nav aria-label="CatAtlas"><a href="/docs">${t('documentation')}</a><a href=${new URL('../vendor/LICENSES.txt', import.meta.url).pathname}>${t('licences')}</a></nav>
    </footer>
    <${Toasts} /><${Keys} />`;
}

// The language first, so that nothing is shown in two.
await setLanguage(preferredLanguage(remembered('language')));
const app = document.getElementById('app');
if (app) render(html`<${Shell} />`, app);

/** What times without a network take is not for the first look: it comes once that is over, or as soon as somebody does something. */
const soon = ['focusin', 'pointerdown'];
let isSettled = false;
const settle = () => {
  if (isSettled) return;
  isSettled = true;
  clearTimeout(timer);
  for (const sign of soon) removeEventListener(sign, settle);
  void import('./components/offline.js').then(({ begin }) => begin(), () => {});
};
let timer = 0;
const wait = () => (timer = Number(setTimeout(settle, 3000)));
if (document.readyState === 'complete') wait();
else addEventListener('load', wait, { once: true });
for (const sign of soon) addEventListener(sign, settle);
