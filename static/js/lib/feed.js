// The feed of sightings: what is asked for, what of it is here, and how to get more.

import { batch, signal } from '../../vendor/preact.js';
import { list, toggleFavorite } from './api.js';
import { keepWithPlace, keptWithPlace } from './router.js';

/** @typedef {import('./api.js').Entry} Entry */
/** @typedef {Record<string, string>} EntryDraft text, nickname, location and the parts of an address, as typed */
/** @typedef {{ file: File | Blob, usesPlace: boolean }} Photo */

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

/** How many sightings come at first: as many as fit on a large screen, for somebody on a slow line waits for them. */
const FIRST = 12;
/** How many each page after it brings, and how many come at once for those who return to far down. */
const PAGE = 24;
const MOST = 480;

/** @param {string | null} day "2026-01-10", in the person's own time zone @param {string} time */
function momentOf(day, time) {
  const moment = new Date(`${day ?? ''}T${time}`);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/** What the address of the feed asks for, as the API asks for it. @param {URLSearchParams} query */
export function askedBy(query) {
  const show = query.get('show');
  return {
    q: query.get('q'),
    unassigned: show === 'unlinked' ? true : null,
    favorite: show === 'favourites' ? true : null,
    cat_id: query.get('cat'),
    since: momentOf(query.get('since'), '00:00:00'),
    until: momentOf(query.get('until'), '23:59:59.999'),
    bbox: query.get('bbox'),
  };
}

/** @typedef {ReturnType<typeof askedBy>} Asked */
/** Whether it asks for all there is. @param {Asked} asked */
export const isEverything = (asked) => Object.values(asked).every((value) => !value);

/** Those that are out of sight, though the server may still have them. @type {Set<number>} */
const leaving = new Set();
/** @param {Entry} entry */
const isHere = ({ id }) => !leaving.has(id);

let shown = '';
let asking = 0;

/**
 * The newest sightings of what is asked for, in place of what was shown. Whoever returns to a feed finds as much of it as they left.
 * @param {Asked} [asked]
 */
export async function loadNewest(asked = askedBy(new URLSearchParams())) {
  const key = JSON.stringify(asked);
  const isReturning = keptWithPlace('shown') > FIRST;
  if (key !== shown) entries.value = [];
  shown = key;
  feed.value = 'loading';
  const turn = ++asking;
  try {
    const page = await list('/entries', { limit: isReturning ? Math.min(keptWithPlace('shown'), MOST) : FIRST, ...asked });
    // While it was on its way, something else was asked for.
    if (turn !== asking) return;
    batch(() => {
      // A sighting logged while this page was on its way is newer than all of it.
      const newest = page.rows[0]?.id ?? 0;
      entries.value = [...entries.value.filter(({ id }) => id > newest && id === logged.value), ...page.rows.filter(isHere)];
      older.value = page.older;
      total.value = page.total;
      feed.value = 'ready';
    });
  } catch (error) {
    if (turn !== asking) return;
    batch(() => {
      failure.value = error;
      feed.value = 'failed';
    });
  }
}

/** Adds the next older page and returns it. Where that fails the feed stays as it was, and the error is the caller's to tell. @param {Asked} [asked] @returns {Promise<Entry[]>} */
export async function loadOlder(asked = askedBy(new URLSearchParams())) {
  feed.value = 'reaching';
  const turn = asking;
  try {
    const page = await list('/entries', { limit: PAGE, before: older.value, ...asked });
    if (turn !== asking) return [];
    batch(() => {
      const known = new Set(entries.value.map(({ id }) => id));
      entries.value = [...entries.value, ...page.rows.filter((/** @type {Entry} */ entry) => isHere(entry) && !known.has(entry.id))];
      older.value = page.older;
    });
    keepWithPlace({ shown: entries.value.length });
    return page.rows;
  } finally {
    if (turn === asking) feed.value = 'ready';
  }
}

/** Saves a sighting and puts it on top. Where the atlas cannot be reached it waits in the browser, and `Later` is thrown. @param {EntryDraft} draft @param {Photo | null} [photo] @returns {Promise<Entry>} */
export async function logSighting(draft, photo = null) {
  const { deliver } = await import('./outbox.js');
  const entry = await deliver(draft, photo);
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

/** Shows a sighting as it is now, where it is shown. @param {Entry} entry */
export const replace = (entry) => {
  entries.value = entries.value.map((other) => (other.id === entry.id ? entry : other));
};
const turning = new Set();

/** Turns a favourite mark over at once, and back where the server does not follow. One at a time: the server toggles, it does not set. @param {Entry} entry @param {(entry: Entry) => void} [show] */
export async function toggleMark(entry, show = replace) {
  if (turning.has(entry.id)) return;
  turning.add(entry.id);
  show({ ...entry, isFavorite: !entry.isFavorite });
  try {
    show(await toggleFavorite(entry.id));
  } catch (error) {
    show(entry);
    throw error;
  } finally {
    turning.delete(entry.id);
  }
}

/** Takes a sighting out of sight, or back into its place. @param {Entry} entry @param {boolean} isGone */
export function hide(entry, isGone) {
  if (isGone) leaving.add(entry.id);
  else leaving.delete(entry.id);
  const others = entries.value.filter(({ id }) => id !== entry.id);
  batch(() => {
    entries.value = isGone ? others : [...others, entry].sort((a, b) => b.id - a.id);
    if (total.value !== null) total.value += isGone ? -1 : 1;
  });
}
