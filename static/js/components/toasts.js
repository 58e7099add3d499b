// Short news at the edge of the page, read out by screen readers.

import { html, signal } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';

/** @typedef {{ label: string, act: () => void }} Offer what may be done about it */
/** @typedef {{ id: number, kind: 'good' | 'bad', text: string, offer?: Offer }} Toast */
const toasts = signal(/** @type {Toast[]} */ ([]));
let lastId = 0;

/** @param {number} id */
const dismiss = (id) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/** Long enough to read twice; bad news stays until it is dismissed. @param {string} text @param {'good' | 'bad'} [kind] @param {Offer} [offer] @returns {() => void} what takes it away */
export function toast(text, kind = 'good', offer) {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, kind, text, offer }];
  if (kind === 'good' && !offer) setTimeout(() => dismiss(id), 6000);
  return () => dismiss(id);
}

/** @param {Toast} toast */
const taken = ({ id, offer }) => () => {
  dismiss(id);
  offer?.act();
};

/** The region is always there: one that comes with its first message is not announced. */
export function Toasts() {
  return html`<div class="toasts" role="status">${toasts.value.map(
    (one) => html`<p class=${`toast ${one.kind}`} key=${one.id}>
      <span>${one.text}</span>${one.offer && html`<button type="button" class="quiet offer" onClick=${taken(one)}>${one.offer.label}</button>`}
      <button type="button" class="quiet" aria-label=${t('dismiss')} onClick=${() => dismiss(one.id)}>×</button>
    </p>`,
  )}</div>`;
}
