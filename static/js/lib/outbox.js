// Sightings on their way to the atlas. Each waits in the browser's database, photo included, until the server has it, and is sent under
// a key of its own: however often that takes, it is logged once.

import { signal } from '../../vendor/preact.js';
import { ApiError, request } from './api.js';

/** @typedef {import('./api.js').Entry} Entry */
/** @typedef {{ file: Blob, usesPlace: boolean }} Photo */
/** Why the server did not take it. @typedef {{ status: number, code?: string, problems: import('./api.js').Problem[] }} Refusal */
/** @typedef {{ key: string, draft: Record<string, string>, photo: Photo | null, at: number, refusal: Refusal | null }} Item */
/** @typedef {{ all: () => Promise<Item[]>, put: (item: Item) => Promise<unknown>, drop: (key: string) => Promise<unknown> }} Shelf */

/** It waits: the server cannot be reached. */
export class Later extends Error {
  name = 'Later';
}

/** What waits, oldest first. */
export const waiting = signal(/** @type {Item[]} */ ([]));

/** @param {IDBRequest} asked @returns {Promise<any>} */
const done = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

/** The browser's database. @returns {Promise<IDBDatabase>} */
function open() {
  const asked = indexedDB.open('catatlas', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('outbox', { keyPath: 'key' });
  return done(asked);
}
let opened = /** @type {Promise<IDBDatabase> | null} */ (null);

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} work what it wrote is kept when this resolves */
async function within(mode, work) {
  const database = await (opened ??= open());
  const transaction = database.transaction('outbox', mode, { durability: 'strict' });
  const result = done(work(transaction.objectStore('outbox')));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  return result;
}

/** @type {Shelf} */
let shelf = {
  all: async () => (await within('readonly', (store) => store.getAll())).sort((/** @type {Item} */ a, /** @type {Item} */ b) => a.at - b.at),
  put: (item) => within('readwrite', (store) => store.put(item)),
  drop: (key) => within('readwrite', (store) => store.delete(key)),
};
/** Another place to keep them, for tests. @param {Shelf} other */
export const useShelf = (other) => (shelf = other);

/** A key that nobody else has. Over plain HTTP browsers have no `randomUUID`. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Sends one, as often as wanted. @param {Item} item @returns {Promise<Entry>} */
async function send({ key, draft, photo }) {
  const filled = Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, value || null]));
  if (!photo) return (await request('/entries', 'POST', filled, { 'idempotency-key': key })).body;
  const form = new FormData();
  for (const [name, value] of Object.entries(draft)) if (value) form.append(name, value);
  if (photo.usesPlace) form.append('use_photo_place', 'true');
  form.append('image', photo.file, 'photo.jpg');
  return (await request('/entries/with-image', 'POST', form, { 'idempotency-key': key })).body;
}

/** Whether it may go better later, without anybody's doing. @param {unknown} error */
const isPassing = (error) => error instanceof ApiError && [0, 408, 500, 502, 503, 504].includes(error.status);

/** The last sighting that a form sent without learning what came of it. */
let unsure = /** @type {{ print: string, file: Blob | undefined, key: string } | null} */ (null);
/** Those that a form of this page is sending right now: they are not waiting yet. */
const inHand = new Set();
const listeners = new Set();
/** Tells of every sighting that arrived after a wait. @param {(entry: Entry) => void} listener */
export const onArrival = (listener) => listeners.add(listener);

/** Looks what waits. */
export async function look() {
  waiting.value = (await shelf.all().catch(() => [])).filter(({ key }) => !inHand.has(key));
}

/**
 * Logs a sighting: kept first, then sent. Where the server cannot be reached it stays kept, and `Later` is thrown; where the server
 * refuses it that is thrown, and it is the form's again. @param {Record<string, string>} draft @param {Photo | null} [photo] @returns {Promise<Entry>}
 */
export async function deliver(draft, photo = null) {
  const print = JSON.stringify(draft);
  // Pressed again after a failure that left open whether it was logged, it is the same sighting.
  const key = unsure?.print === print && unsure.file === photo?.file ? unsure.key : newKey();
  const item = { key, draft, photo: photo && { file: photo.file, usesPlace: photo.usesPlace }, at: Date.now(), refusal: null };
  unsure = null;
  inHand.add(item.key);
  // A browser may have no room or no database: then it is sent now, or not at all.
  const isKept = await shelf.put(item).then(() => true, () => false);
  try {
    const entry = await send(item);
    await drop(item.key);
    return entry;
  } catch (error) {
    if (isKept && error instanceof ApiError && error.status === 0) throw new Later();
    if (isPassing(error)) unsure = { print, file: photo?.file, key };
    await drop(item.key);
    throw error;
  } finally {
    inHand.delete(item.key);
    await look();
  }
}

/** What cannot be dropped is sent again, to no effect: its key is used. @param {string} key */
const drop = (key) => shelf.drop(key).catch(() => {});

/** Only one window sends at a time. @param {() => Promise<void>} work */
const alone = (work) => (navigator.locks ? navigator.locks.request('catatlas-outbox', work) : work());

/** Sends what waits, one after another, until one does not get through. What the server refuses stays, with the reason. */
export const flush = () => alone(async () => {
  for (const item of await shelf.all().catch(() => [])) {
    if (item.refusal || inHand.has(item.key)) continue;
    try {
      const entry = await send(item);
      await drop(item.key);
      for (const tell of listeners) tell(entry);
    } catch (error) {
      if (!(error instanceof ApiError) || isPassing(error) || error.status === 429) break;
      await shelf.put({ ...item, refusal: { status: error.status, code: error.code, problems: error.problems } });
    }
  }
  await look();
});

/** Gives one another try, under a new key where its own was used for something else. @param {Item} item */
export async function tryAgain(item) {
  const key = item.refusal?.code === 'IDEMPOTENCY_KEY_REUSED' ? newKey() : item.key;
  await shelf.put({ ...item, key, refusal: null });
  if (key !== item.key) await drop(item.key);
  await flush();
}

/** @param {Item} item */
export async function discard(item) {
  await drop(item.key);
  await look();
}
