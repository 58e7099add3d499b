// Keys for those who do not reach for the mouse: what each does, and the page that lists them.

import { html, useEffect, useRef } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { go, page } from '../lib/router.js';
import { remember, remembered } from '../lib/store.js';
import { Icon } from './icon.js';

/** @typedef {{ key: string, label: import('../lib/i18n.js').Key, act: () => void }} Shortcut */

/** @param {string} selector */
const focus = (selector) => {
  const field = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  field?.focus();
  field?.scrollIntoView({ block: 'center' });
};

/** Goes to the feed first where we are elsewhere, and once it is there does the rest. @param {() => void} then */
function atFeed(then) {
  if (page.value?.noun !== 'entries') go('/');
  requestAnimationFrame(() => requestAnimationFrame(then));
}

/** The next or the last one before of what a page lists. @param {1 | -1} step */
function step(step) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('main :is(.card h3 a, .other a, .rows a)')]);
  const at = links.findIndex((link) => link === document.activeElement);
  links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
}

/** @type {Shortcut[]} */
export const shortcuts = [
  { key: 'n', label: 'keyNew', act: () => atFeed(() => focus('[data-testid="text-input"]')) },
  { key: '/', label: 'keySearch', act: () => atFeed(() => focus('[data-testid="search-input"]')) },
  { key: 'j', label: 'keyNext', act: () => step(1) },
  { key: 'k', label: 'keyPrevious', act: () => step(-1) },
  { key: 's', label: 'keySightings', act: () => go('/') },
  { key: 'm', label: 'keyMap', act: () => go('/map') },
  { key: 'c', label: 'keyCats', act: () => go('/cats') },
];

/** Letters alone trouble those who speak to their machine: they can be switched off (WCAG 2.1.4). */
export const areOn = () => remembered('keys') !== 'off';

/** @param {{ isOpen: boolean, onClose: () => void }} props */
export function KeysDialog({ isOpen, onClose }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
  }, [isOpen]);
  return html`<dialog class="keys" ref=${dialog} onClose=${onClose} aria-labelledby="keys-title">
    <header><h2 id="keys-title">${t('keys')}</h2><button type="button" class="quiet icon" aria-label=${t('dismiss')} onClick=${() => dialog.current?.close()}><${Icon} name="close" /></button></header>
    <dl>${[{ key: '?', label: /** @type {import('../lib/i18n.js').Key} */ ('keyHelp') }, ...shortcuts].map(({ key, label }) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${t(label)}</dd></div>`)}
      <div><dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>${t('keySend')}</dd></div></dl>
    <label class="check"><input type="checkbox" defaultChecked=${areOn()} onChange=${(/** @type {any} */ event) => remember('keys', event.currentTarget.checked ? null : 'off')} /><span>${t('keysOn')}</span></label>
  </dialog>`;
}
