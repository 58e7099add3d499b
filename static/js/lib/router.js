// Which page is shown. The address says it all, so that every page survives a reload and can be sent to somebody.

import { computed, signal, useEffect } from '../../vendor/preact.js';

/**
 * Every page: its address, `:id` being a number, and its noun. What a noun needs is views/<noun>.js, css/<noun>.css and
 * i18n/<language>/<noun>.js. The server's side of the list is src/http/pages.rs.
 * @type {[string, string][]}
 */
export const pages = [
  ['/', 'entries'],
  ['/entries', 'entries'],
  ['/entries/:id', 'entry'],
  ['/map', 'map'],
  ['/cats', 'cats'],
  ['/cats/:id', 'cat'],
  ['/sign-in', 'doors'],
  ['/register', 'doors'],
  ['/set-up', 'doors'],
  ['/account', 'account'],
  ['/admin', 'admin'],
  ['/admin/users', 'admin'],
  ['/admin/flags', 'admin'],
  ['/admin/audit', 'admin'],
];

const patterns = pages.map(([path, noun]) => ({ noun, path, pattern: new RegExp(`^${path.replace(':id', '([1-9]\\d{0,18})')}$`) }));

/** The page at a path, if it is one of ours. @param {string} path @returns {{ noun: string, path: string, id: number | null } | null} */
export function pageAt(path) {
  for (const { noun, path: of, pattern } of patterns) {
    const found = path.match(pattern);
    if (found) return { noun, path: of, id: found[1] ? Number(found[1]) : null };
  }
  return null;
}

/** Links that are printed at the command line lead to the first page, with what they open behind the #. */
function enterByLink() {
  const doors = { '#set-up=': '/set-up', '#invite=': '/register' };
  for (const [start, path] of Object.entries(doors)) {
    if (location.hash.startsWith(start) && location.pathname !== path) history.replaceState(history.state, '', path + location.hash);
  }
}
enterByLink();

/** @typedef {{ path: string, search: string, scroll: number, visit: number }} Place */
const placeNow = () => ({ path: location.pathname, search: location.search, scroll: Number(history.state?.scroll ?? 0) });

/** Where we are. `scroll` is how far down this page was when it was left, for those who come back. */
export const place = signal(/** @type {Place} */ ({ ...placeNow(), visit: 0 }));
/** The page that is shown; null where there is none. */
export const page = computed(() => pageAt(place.value.path));
/** What the address asks for. */
export const query = computed(() => new URLSearchParams(place.value.search));

// We put people back where they were ourselves: the browser tries before what was there is there again.
if ('scrollRestoration' in history) history.scrollRestoration = 'manual';

/** Notes with this place what it takes to come back to it. @param {Record<string, unknown>} notes */
export const keepWithPlace = (notes) => history.replaceState({ ...history.state, ...notes }, '');
/** What was noted with this place. @param {string} name */
export const keptWithPlace = (name) => history.state?.[name];

/** Shows a page as a fresh start: at its top, and for those who listen to it, in its main part. @param {string} to path and query */
export function go(to) {
  keepWithPlace({ scroll: scrollY });
  if (to !== location.pathname + location.search) history.pushState(null, '', to);
  place.value = { ...placeNow(), scroll: 0, visit: place.value.visit + 1 };
  scrollTo({ top: 0, behavior: 'instant' });
  document.querySelector('main')?.focus({ preventScroll: true });
}

/** Another query at the same page, without a step in the history where it only refines the last one. @param {Record<string, string | null>} wanted null takes a parameter away @param {boolean} [isStep] */
export function narrow(wanted, isStep = false) {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(wanted)) value === null || value === '' ? next.delete(name) : next.set(name, value);
  const search = next.size ? `?${next}` : '';
  if (search === location.search) return;
  if (isStep) history.pushState(null, '', location.pathname + search);
  else history.replaceState(history.state, '', location.pathname + search);
  place.value = { ...place.value, search, scroll: 0 };
}

/** Back to where this page was left, once it is as long again. */
export function returnToScroll() {
  const { scroll } = place.value;
  if (scroll) requestAnimationFrame(() => scrollTo({ top: scroll, behavior: 'instant' }));
}

/** The title of the page, for tabs and histories. @param {string} title */
export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} · CatAtlas` : 'CatAtlas';
  }, [title]);
}

/** @param {MouseEvent} event */
function onClick(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const to = link?.getAttribute('href') ?? '';
  const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  const isElsewhere = !to.startsWith('/') || link?.hasAttribute('download') || link?.hasAttribute('target');
  if (event.defaultPrevented || modified || isElsewhere || !pageAt(to.split(/[?#]/)[0])) return;
  event.preventDefault();
  go(to);
}

addEventListener('popstate', () => {
  enterByLink();
  place.value = { ...placeNow(), visit: place.value.visit + 1 };
});
// Leaving by a reload or to another site does not go through go().
addEventListener('pagehide', () => keepWithPlace({ scroll: scrollY }));
document.addEventListener('click', onClick);
