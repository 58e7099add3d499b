// What the page knows: the feed of sightings, the time, the colours, and what it remembers of the person.

import { batch, signal } from '../../vendor/preact.js';
import { createEntry, listEntries, toggleFavorite } from './api.js';

/** @typedef {import('./api.js').Entry} Entry */

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

/** The newest sightings, in place of what was shown. */
export async function loadNewest() {
  feed.value = 'loading';
  try {
    const page = await listEntries();
    batch(() => {
      // A sighting logged while this page was on its way is newer than all of it.
      const newest = page.entries[0]?.id ?? 0;
      entries.value = [...entries.value.filter(({ id }) => id > newest), ...page.entries];
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

/** Adds the next older page and returns it. Where that fails the feed stays as it was, and the error is the caller's to tell. */
export async function loadOlder() {
  feed.value = 'reaching';
  try {
    const page = await listEntries(older.value);
    batch(() => {
      entries.value = [...entries.value, ...page.entries];
      older.value = page.older;
    });
    return page.entries;
  } finally {
    feed.value = 'ready';
  }
}

/** Saves a sighting and puts it on top. @param {import('./api.js').EntryDraft} draft */
export async function logSighting(draft) {
  const entry = await createEntry(draft);
  batch(() => {
    entries.value = [entry, ...entries.value.filter(({ id }) => id !== entry.id)];
    logged.value = entry.id;
    if (total.value !== null) total.value += 1;
    if (feed.value === 'failed') void loadNewest();
  });
  return entry;
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

/** The time, to the minute, so that "2 hours ago" stays true on a page left open. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 60_000);

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = () => (systemIsDark.matches ? 'dark' : 'light');
/** 'light' or 'dark'; theme-boot.js set it before the first paint. */
export const theme = signal(document.documentElement.dataset.theme ?? systemTheme());

/** @param {string} wanted */
function applyTheme(wanted) {
  theme.value = wanted;
  document.documentElement.dataset.theme = wanted;
}

/** The other theme. Back at the system's own, the choice is forgotten and the page follows the system again. */
export function switchTheme() {
  applyTheme(theme.value === 'dark' ? 'light' : 'dark');
  remember('theme', theme.value === systemTheme() ? null : theme.value);
}
systemIsDark.addEventListener('change', () => {
  if (remembered('theme') === null) applyTheme(systemTheme());
});

/** Storage may be switched off; then nothing is remembered, and nothing breaks. @param {string} name @returns {string | null} */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} value null forgets */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // See remembered().
  }
}
