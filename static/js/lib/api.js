// The only place that speaks to the server.

import { signal } from '../../vendor/preact.js';

/**
 * A sighting, as far as the page shows it.
 * @typedef {{ id: number, text: string, createdAt: string, isFavorite: boolean, nickname: string | null, location: string | null,
 *   cat_id: number | null, photo_url: string | null, thumb_url?: string | null, location_lat: number | null, location_lon: number | null,
 *   location_normalized: string | null, location_street: string | null, location_number: string | null, location_zip: string | null,
 *   location_city: string | null, location_country: string | null, created_by?: number | null }} Entry
 */
/** One finding about one field; `max` is its bound where it was too long. @typedef {{ field: string, type: string, max?: number, msg?: string }} Problem */
/** @typedef {'GET' | 'POST' | 'PATCH' | 'DELETE'} Method */

/** How long an answer may take before the connection counts as lost; a photo takes longer. */
const PATIENCE_MS = 20_000;
const PHOTO_PATIENCE_MS = 120_000;

/** When what is shown was kept, where the browser answered for a server that it cannot reach; null while the server answers. */
export const keptAt = signal(/** @type {string | null} */ (null));

/** What the server refused, or status 0 where it did not answer at all. */
export class ApiError extends Error {
  /** @param {number} status @param {{ problems?: Problem[], requestId?: string, code?: string, wait?: number, sentence?: string }} [more] `wait` is in seconds */
  constructor(status, { problems = [], requestId, code, wait, sentence } = {}) {
    super(`status ${status}`);
    this.status = status;
    this.problems = problems;
    this.requestId = requestId;
    this.code = code;
    this.wait = wait;
    this.sentence = sentence;
  }
}

/** @param {Response} answer @param {any} body the JSON of a refusal: a sentence, a coded object or a list of problems under `detail` */
function refusal(answer, body) {
  const list = Array.isArray(body?.detail) ? body.detail : [];
  const problems = list.map((/** @type {any} */ item) => ({ field: String(item.loc?.[1] ?? ''), type: item.type, max: item.ctx?.max_length, msg: item.msg }));
  const wait = Number(answer.headers.get('retry-after')) || undefined;
  return new ApiError(answer.status, { problems, requestId: body?.request_id, code: body?.detail?.code, wait, sentence: typeof body?.detail === 'string' ? body.detail : body?.detail?.message });
}

/** @param {string} path @param {Method} method @param {object | FormData} [body] @param {Record<string, string>} [more] headers */
async function send(path, method, body, more) {
  const isForm = typeof FormData !== 'undefined' && body instanceof FormData;
  const headers = { accept: 'application/json', ...(body && !isForm && { 'content-type': 'application/json' }), ...more };
  const signal = AbortSignal.timeout(isForm ? PHOTO_PATIENCE_MS : PATIENCE_MS);
  const sent = isForm ? body : body && JSON.stringify(body);
  const answer = await fetch(path, { method, headers, body: sent, signal }).catch(() => {
    throw new ApiError(0);
  });
  keptAt.value = answer.headers.get('x-kept-at');
  if (answer.status === 204) return { body: undefined, headers: answer.headers };
  const json = await answer.json().catch(() => undefined);
  if (!answer.ok) throw refusal(answer, json);
  // A hotel's sign-in page answers 200 to everything, in HTML.
  if (json === undefined) throw new ApiError(0);
  return { body: json, headers: answer.headers };
}

/** Sends what nobody waits for any more: it goes out even while the page closes. @param {string} path @param {Method} method */
export const sendAndLeave = (path, method) => void fetch(path, { method, keepalive: true }).catch(() => {});

/** Renews what this browser is signed in with. One window at a time: a refresh token that is used twice ends the session. */
export function renew() {
  const ask = () => send('/auth/refresh', 'POST');
  return navigator.locks ? navigator.locks.request('catatlas-renew', ask) : ask();
}

/**
 * Asks the server, once more where what this browser is signed in with had to be renewed first.
 * @param {string} path @param {Method} [method] @param {object | FormData} [body] @param {Record<string, string>} [headers] @returns {Promise<{ body: any, headers: Headers }>}
 */
export async function request(path, method = 'GET', body, headers) {
  try {
    return await send(path, method, body, headers);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'TOKEN_INVALID') || path.startsWith('/auth/refresh')) throw error;
    await renew();
    return send(path, method, body, headers);
  }
}

/** A file of JSON that belongs to the pages. @param {URL} url */
export async function asset(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new ApiError(answer.status);
  return answer.json();
}

/** The id to go on from, out of `Link: <...before=41>; rel="next"`. A proxy may not know our address, so nothing else of the link is used. @param {string | null} link */
export function nextCursor(link) {
  const next = link?.match(/<([^>]*)>\s*;[^,]*rel="?next"?/)?.[1];
  const before = next && new URL(next, 'http://any').searchParams.get('before');
  return before ? Number(before) : null;
}

/** A path with those parameters that are set. @param {string} path @param {Record<string, string | number | boolean | null | undefined>} parameters */
export function withQuery(path, parameters) {
  const set = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return set.length ? `${path}?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}` : path;
}

/**
 * One page of a list, newest first; `older` is where the next one starts, null at the end, and `total` is null where it was not counted.
 * @param {string} path @param {Record<string, string | number | boolean | null | undefined>} [parameters] @returns {Promise<{ rows: any[], older: number | null, total: number | null }>}
 */
export async function list(path, parameters = {}) {
  const { body, headers } = await request(withQuery(path, parameters));
  const total = headers.get('x-total-count');
  return { rows: body, older: nextCursor(headers.get('link')), total: total === null ? null : Number(total) };
}

/** Turns the favourite mark over. @param {number} id @returns {Promise<Entry>} */
export async function toggleFavorite(id) {
  return (await request(`/entries/${id}/favorite`, 'POST')).body;
}
