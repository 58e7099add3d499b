// What a page does for times without a network: keeps itself, sends what waits, and says how things stand. Begun once the page is shown.

import { html, render, signal, useEffect, useState } from '../../vendor/preact.js';
import { welcome } from '../lib/feed.js';
import { ago, loadWords, number, t } from '../lib/i18n.js';
import { discard, flush, look, onArrival, tryAgain, waiting } from '../lib/outbox.js';
import { explain, explainProblems } from '../lib/problems.js';
import { ApiError, keptAt } from '../lib/api.js';
import { now, standing } from '../lib/store.js';
import { plateNumber } from './entry-card.js';
import { Icon } from './icon.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/outbox.js').Item} Item */

/** How often what waits is tried again, in milliseconds. */
const TRY_AGAIN = 15_000;
/** How often a page that stays open looks for a newer version. */
const LOOK_FOR_NEWER = 60 * 60_000;

/** The newer version that waits for leave to take over. */
const newer = signal(/** @type {ServiceWorker | null} */ (null));

/** The version of this page, out of its own address; none where it is served from a folder. */
const version = import.meta.url.match(/\/static\/([0-9a-f]{16})\//)?.[1] ?? null;

/** @param {ServiceWorker} worker @returns {Promise<string>} */
const versionOf = (worker) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  worker.postMessage({ type: 'version' }, [port2]);
});

/** A worker that is ready: of this page's own version it may begin, of another it is offered. @param {ServiceWorker} worker */
async function offer(worker) {
  if ((await versionOf(worker)) === version) worker.postMessage({ type: 'take over' });
  else newer.value = worker;
}

async function keepPages() {
  if (!version || !navigator.serviceWorker) return;
  const { serviceWorker } = navigator;
  const hadNone = !serviceWorker.controller;
  const registration = await serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  if (registration.waiting && serviceWorker.controller) void offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => worker.state === 'installed' && serviceWorker.controller && void offer(worker));
  });
  serviceWorker.addEventListener('controllerchange', () => {
    // Of what this page has shown the first worker has seen nothing.
    if (hadNone) navigator.serviceWorker.controller?.postMessage({ type: 'keep', addresses: performance.getEntriesByType('resource').map(({ name }) => name) });
  });
  setInterval(() => void registration.update().catch(() => {}), LOOK_FOR_NEWER);
}

/** Changes to the newer version. What waits is in the database, and what is typed is asked about by nobody: so only who pressed reloads. */
function changeOver() {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  newer.value?.postMessage({ type: 'take over' });
}

/** Why one stays, in words. @param {NonNullable<Item['refusal']>} refusal */
function reason({ status, code, problems }) {
  if (code === 'IDEMPOTENCY_KEY_REUSED') return t('waitConflict');
  if (code === 'ENTRY_GONE') return t('waitGone');
  if (status === 401 || status === 403) return t('waitSignIn');
  return problems.length ? explainProblems(problems).message : explain(new ApiError(status)).message;
}

/** @param {{ item: Item }} props */
function Waiting({ item }) {
  const [picture, setPicture] = useState('');
  useEffect(() => {
    if (!item.photo) return;
    const reader = new FileReader();
    reader.onload = () => setPicture(String(reader.result));
    reader.readAsDataURL(item.photo.file);
  }, [item.key]);
  return html`<li data-refused=${Boolean(item.refusal)}>
    ${picture && html`<img src=${picture} alt="" />`}
    <div><p dir="auto"><strong>${item.draft.nickname || t('unnamed')}</strong> ${item.draft.text}</p><p class="soft">${ago(new Date(item.at), now.value)}</p>
      ${item.refusal && html`<p class="trouble">${reason(item.refusal)}</p>`}
      ${item.refusal && html`<p class="wait-tools"><button type="button" onClick=${() => void tryAgain(item)}>${t('retry')}</button> <button type="button" onClick=${() => void discard(item)}>${t('waitDiscard')}</button></p>`}</div>
  </li>`;
}

function Notices() {
  const [isOpen, setIsOpen] = useState(false);
  const items = waiting.value;
  const refused = items.filter(({ refusal }) => refusal).length;
  const words = refused ? t('waitRefused', { n: refused }) : items.length ? t('waitCount', { n: items.length }) : keptAt.value ? t('waitKept', { ago: ago(new Date(keptAt.value), now.value) }) : '';
  return html`<aside class="standing" aria-label=${t('waitTitle')}>
    <p class="unseen" role="status">${words}</p>
    ${newer.value && html`<div class="slip-note" data-testid="newer"><span>${t('waitNewer')}</span><button type="button" class="primary" onClick=${changeOver}>${t('reload')}</button></div>`}
    ${words && html`<div class="slip-note" data-testid="waiting" data-bad=${refused > 0}>
      ${items.length
        ? html`<button type="button" class="quiet" aria-expanded=${isOpen} onClick=${() => setIsOpen(!isOpen)}><b>${number(items.length)}</b> ${words}</button>`
        : html`<span>${words}</span>`}
      ${items.length > 0 && html`<button type="button" class="quiet icon" aria-label=${t('waitSend')} onClick=${() => void flush()}><${Icon} name="send" /></button>`}
    </div>`}
    ${isOpen && items.length > 0 && html`<ul class="waiting" data-testid="waiting-list">${items.map((item) => html`<${Waiting} key=${item.key} item=${item} />`)}</ul>`}
  </aside>`;
}

/** @param {string} name */
function loadStyle(name) {
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: new URL(`../../css/${name}.css`, import.meta.url).href });
  document.head.append(sheet);
}

/** Begins, once. */
export async function begin() {
  loadStyle('offline');
  await loadWords('offline');
  const place = document.createElement('div');
  document.body.append(place);
  render(html`<${Notices} />`, place);

  onArrival((entry) => {
    welcome(entry);
    toast(t('waitArrived', { number: plateNumber(entry.id) }));
  });
  addEventListener('online', () => void flush());
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && waiting.value.length && void flush());
  setInterval(() => waiting.value.some(({ refusal }) => !refusal) && void flush(), TRY_AGAIN);
  // Whoever signs out or in leaves nothing of what they saw to the next.
  let account = /** @type {number | null | undefined} */ (undefined);
  standing.subscribe((known) => {
    if (!known) return;
    const id = known.account?.id ?? null;
    if (account !== undefined && account !== id) navigator.serviceWorker?.controller?.postMessage({ type: 'forget' });
    account = id;
  });
  await look();
  void flush();
  await keepPages().catch(() => {});
}
