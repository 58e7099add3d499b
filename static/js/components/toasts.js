// Short news at the edge of the page, read out by screen readers.

import { html, signal } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';

/** @typedef {{ id: number, kind: 'good' | 'bad', text: string }} Toast */
const toasts = signal(/** @type {Toast[]} */ ([]));
let lastId = 0;

/** @param {number} id */
const dismiss = (id) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

/** Long enough to read twice; bad news stays until it is dismissed. @param {string} text @param {'good' | 'bad'} [kind] */
export function toast(text, kind = 'good') {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, kind, text }];
  if (kind === 'good') setTimeout(() => dismiss(id), 6000);
}

/** The region is always there: one that comes with its first message is not announced. */
export function Toasts() {
  return html`<div class="toasts" role="status">${toasts.value.map(
    ({ id, kind, text }) => html`<p class=${`toast ${kind}`} key=${id}>
      <span>${text}</span><button type="button" class="quiet" aria-label=${t('dismiss')} onClick=${() => dismiss(id)}>×</button>
    </p>`,
  )}</div>`;
}
