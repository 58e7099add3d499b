// The feed of sightings: what of it is here, and how to get more.

import { batch, signal } from '../../vendor/preact.js';
import { list, toggleFavorite } from './api.js';

/** @typedef {import('./api.js').Entry} Entry */
/** @typedef {{ text: string, nickname: string, location: string }} EntryDraft */

/** Sightings, newest first. */
export const entries = signal(/** @type {Entry[]} */ ([]));
/** How the feed stands: `older` is on its way while 'reaching'. */
export const feed = signal(/** @type {'loading' | 'ready' | 'reaching' | 'failed'} */ ('loading'));
/** Why the feed failed. */
export const failure = signal(/** @type {unknown} */ (null));
/** Where the next older page starts; null once the first sighting is shown. */
export const older = signal(/** @type {number | null} */ (null));
/** How many sightings there are, where the server said so. */
export const total = signal(/** @type {number | null} */ (null));
/** The sighting logged last on this page. */
export const logged = signal(/** @type {number | null} */ (null));

/** How many sightings one page brings. */
export const PAGE = 24;

/** The newest sightings, in place of what was shown. */
export async function loadNewest() {
  feed.value = 'loading';
  try {
    const page = await list('/entries', { limit: PAGE });
    batch(() => {
      // A sighting logged while this page was on its way is newer than all of it.
      const newest = page.rows[0]?.id ?? 0;
      entries.value = [...entries.value.filter(({ id }) => id > newest), ...page.rows];
      older.value = page.older;
      total.value = page.total;
      feed.value = 'ready';
    });
  } catch (error) {
    batch(() => {
      failure.value = error;
      feed.value = 'failed';
    });
  }
}

/** Adds the next older page and returns it. Where that fails the feed stays as it was, and the error is the caller's to tell. @returns {Promise<Entry[]>} */
export async function loadOlder() {
  feed.value = 'reaching';
  try {
    const page = await list('/entries', { limit: PAGE, before: older.value });
    batch(() => {
      entries.value = [...entries.value, ...page.rows];
      older.value = page.older;
    });
    return page.rows;
  } finally {
    feed.value = 'ready';
  }
}

/** Saves a sighting and puts it on top. @param {EntryDraft} draft */
export async function logSighting({ text, nickname, location }) {
  const { deliver } = await import('./outbox.js');
  const entry = await deliver({ text, nickname, location });
  welcome(entry);
  return entry;
}

/** Puts a sighting that was just logged on top. @param {Entry} entry */
export function welcome(entry) {
  batch(() => {
    if (total.value !== null && entries.value.every(({ id }) => id !== entry.id)) total.value += 1;
    entries.value = [entry, ...entries.value.filter(({ id }) => id !== entry.id)];
    logged.value = entry.id;
    if (feed.value === 'failed') void loadNewest();
  });
}

/** @param {Entry} entry */
const replace = (entry) => {
  entries.value = entries.value.map((other) => (other.id === entry.id ? entry : other));
};
const turning = new Set();

/** Turns a favourite mark over at once, and back where the server does not follow. One at a time: the server toggles, it does not set. @param {Entry} entry */
export async function toggleMark(entry) {
  if (turning.has(entry.id)) return;
  turning.add(entry.id);
  replace({ ...entry, isFavorite: !entry.isFavorite });
  try {
    replace(await toggleFavorite(entry.id));
  } catch (error) {
    replace(entry);
    throw error;
  } finally {
    turning.delete(entry.id);
  }
}
