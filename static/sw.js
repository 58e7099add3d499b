// Keeps the pages, and what was seen on them, for times without a network. The build fills in which version this is and its files.

const VERSION = '';
const FILES = [];

const PAGES = `pages-${VERSION}`;
/** Answers of the API and photos that were seen, the latest so many of each. */
const SEEN = 'seen';
const PHOTOS = 'photos';
const MOST = { [SEEN]: 300, [PHOTOS]: 200 };
/** How long a page may take where there is one at hand, in milliseconds. */
const PATIENCE = 4000;

const page = /^\/($|(entries|cats)(\/\d+)?$|map$|sign-in$|register$|set-up$|account$|admin(\/|$))/;
const data = /^\/((entries|cats|map)(\/|$)|auth\/standing$)/;

/** All of a version, or nothing of it: a page from here finds every module it may ask for. */
async function keepPages() {
  const cache = await caches.open(PAGES);
  const index = await fetch('/', { headers: { accept: 'text/html' }, cache: 'no-cache' });
  const text = await index.clone().text();
  if (!index.ok || !text.includes(VERSION)) throw new Error('the server has another version by now');
  await cache.addAll(FILES.map((path) => `/static/${VERSION}/${path}`));
  await cache.put('/', index);
}

/** The version before stays for pages that are still open; older ones go. */
async function dropOld() {
  const others = (await caches.keys()).filter((name) => name.startsWith('pages-') && name !== PAGES);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  await clients.claim();
}

/** @param {string} name @param {Request} request @param {Response} answer */
async function keep(name, request, answer) {
  const cache = await caches.open(name);
  const headers = new Headers(answer.headers);
  headers.set('x-kept-at', new Date().toISOString());
  // Put anew, so that what was seen last goes last.
  await cache.delete(request, { ignoreVary: true });
  await cache.put(request, new Response(await answer.blob(), { status: answer.status, headers }));
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST[name])).map((old) => cache.delete(old, { ignoreVary: true })));
}

/** From the network, unless that is slow or gone. */
async function openPage(request) {
  const kept = await (await caches.open(PAGES)).match('/', { ignoreVary: true });
  if (!kept) return fetch(request);
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fetch(request).then((answer) => (answer.status >= 500 ? kept : answer), () => kept), late]);
}

async function readData(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(keep(SEEN, event.request, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await (await caches.open(SEEN)).match(event.request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

/** A photo never changes under its address. */
async function showPhoto(event) {
  const kept = await (await caches.open(PHOTOS)).match(event.request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(keep(PHOTOS, event.request, answer.clone()));
  return answer;
}

const forget = () => Promise.all([SEEN, PHOTOS].map((name) => caches.delete(name)));

/** What a page had asked for before this worker was there to see it. @param {string[]} addresses */
const keepSeen = (addresses) => Promise.all(addresses.map(async (address) => {
  const url = new URL(address, location.origin);
  if (url.origin !== location.origin || !data.test(url.pathname)) return;
  const request = new Request(url, { headers: { accept: 'application/json' } });
  const answer = await fetch(request).catch(() => null);
  if (answer?.ok) await keep(SEEN, request, answer);
}));

addEventListener('install', (event) => event.waitUntil(keepPages()));
addEventListener('activate', (event) => event.waitUntil(dropOld()));
addEventListener('message', (event) => {
  const { type, addresses } = event.data ?? {};
  if (type === 'take over') event.waitUntil(skipWaiting());
  if (type === 'forget') event.waitUntil(forget());
  if (type === 'keep') event.waitUntil(keepSeen(addresses));
  if (type === 'version') event.ports[0]?.postMessage(VERSION);
});
addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (page.test(pathname)) event.respondWith(openPage(request));
  } else if (pathname.startsWith('/static/')) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  } else if (pathname.startsWith('/photos/')) {
    event.respondWith(showPhoto(event));
  } else if (data.test(pathname) && request.headers.get('accept')?.includes('application/json')) {
    event.respondWith(readData(event));
  }
});
