// A document for modules that expect one; imported before any of them.

import { Window } from 'happy-dom';

const window = new Window({ url: 'http://atlas.test/' });
const borrowed = ['document', 'location', 'history', 'localStorage', 'navigator', 'Element', 'HTMLElement', 'HTMLFormElement', 'Node', 'Event', 'FormData', 'Blob'];
for (const name of borrowed) Object.defineProperty(globalThis, name, { configurable: true, writable: true, value: window[name] });
for (const name of ['addEventListener', 'matchMedia', 'dispatchEvent', 'requestAnimationFrame', 'cancelAnimationFrame', 'getComputedStyle', 'scrollTo']) globalThis[name] = window[name].bind(window);
Object.defineProperty(window.navigator, 'languages', { configurable: true, value: ['en-GB', 'en'] });

// The store's clock must not keep the tests alive.
const { setInterval: startInterval } = globalThis;
globalThis.setInterval = (...args) => startInterval(...args).unref();

/** What the server answers next: a function of path and options. */
export const server = { answer: () => Promise.reject(new TypeError('no connection')) };
/** Every request made, as `METHOD /path` and body. */
export const requests = [];
Object.defineProperty(globalThis, 'scrollY', { configurable: true, get: () => window.scrollY });
globalThis.fetch = async (path, options = {}) => {
  requests.push({ line: `${options.method} ${path}`, body: typeof options.body === 'string' ? JSON.parse(options.body) : options.body });
  return server.answer(path, options);
};

/** An answer of JSON. */
export const json = (body, { status = 200, headers = {} } = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

/** A sighting. */
export const sighting = (fields) => ({
  id: 1, text: 'a cat', createdAt: '2026-01-10T22:27:08.252643Z', isFavorite: false, nickname: null, location: null, cat_id: null, photo_url: null, ...fields,
});

/** Until what the page shows makes `found` true. Waits by the clock: a page drawn on a busy machine takes turns beyond counting. */
export async function eventually(found, what) {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const result = found();
    if (result) return result;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`never happened: ${what}`);
}

// The pages find their words there, as they do once main.js has started.
const { setLanguage } = await import('../../../static/js/lib/i18n.js');
await setLanguage('en');
