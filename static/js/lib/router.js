// Which page is shown.

import { signal } from '../../vendor/preact.js';

/** The pages of this app. Every other link (the API's documentation, the licences) is the browser's own business. */
const pages = ['/'];

export const path = signal(location.pathname);

/** Shows a page as a fresh start: at its top, and for those who listen to it, in its main part. @param {string} to */
export function go(to) {
  if (to !== location.pathname) history.pushState(null, '', to);
  path.value = to;
  scrollTo({ top: 0, behavior: 'instant' });
  document.querySelector('main')?.focus({ preventScroll: true });
}

/** @param {MouseEvent} event */
function onClick(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const to = link?.getAttribute('href') ?? '';
  const modified = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || modified || !pages.includes(to)) return;
  event.preventDefault();
  go(to);
}

addEventListener('popstate', () => {
  path.value = location.pathname;
});
document.addEventListener('click', onClick);
