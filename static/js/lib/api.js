// The only place that speaks to the server.

/**
 * A sighting, as far as the page shows it.
 * @typedef {{ id: number, text: string, createdAt: string, isFavorite: boolean, nickname: string | null, location: string | null,
 *   cat_id: number | null, photo_url: string | null }} Entry
 */
/** @typedef {{ text: string, nickname: string, location: string }} EntryDraft */
/** One finding about one field; `max` is its bound where it was too long. @typedef {{ field: string, type: string, max?: number }} Problem */

/** How long an answer may take before the connection counts as lost. */
const PATIENCE_MS = 20_000;

/** What the server refused, or status 0 where it did not answer at all. */
export class ApiError extends Error {
  /** @param {number} status @param {{ problems?: Problem[], requestId?: string }} [more] */
  constructor(status, { problems = [], requestId } = {}) {
    super(`status ${status}`);
    this.status = status;
    this.problems = problems;
    this.requestId = requestId;
  }
}

/** @param {any} body the JSON of a refusal: a sentence, a coded object or a list of problems under `detail` */
function refusal(status = 0, body = /** @type {any} */ (null)) {
  const list = Array.isArray(body?.detail) ? body.detail : [];
  const problems = list.map((/** @type {any} */ item) => ({ field: String(item.loc?.[1] ?? ''), type: item.type, max: item.ctx?.max_length }));
  return new ApiError(status, { problems, requestId: body?.request_id });
}

/**
 * @param {string} path @param {'GET' | 'POST'} [method] @param {object} [body]
 * @returns {Promise<{ body: any, headers: Headers }>}
 */
async function request(path, method = 'GET', body) {
  const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
    throw new ApiError(0);
  });
  const json = await answer.json().catch(() => undefined);
  if (!answer.ok) throw refusal(answer.status, json);
  // A hotel's sign-in page answers 200 to everything, in HTML.
  if (json === undefined) throw new ApiError(0);
  return { body: json, headers: answer.headers };
}

/** The id to go on from, out of `Link: <...before=41>; rel="next"`. A proxy may not know our address, so nothing else of the link is used. @param {string | null} link */
export function nextCursor(link) {
  const next = link?.match(/<([^>]*)>\s*;[^,]*rel="?next"?/)?.[1];
  const before = next && new URL(next, 'http://any').searchParams.get('before');
  return before ? Number(before) : null;
}

/**
 * A page of sightings, newest first; `older` is where the next one starts, null at the end, and `total` is null where it was not counted.
 * @param {number | null} [before] @param {number} [limit] @returns {Promise<{ entries: Entry[], older: number | null, total: number | null }>}
 */
export async function listEntries(before = null, limit = 24) {
  const { body, headers } = await request(`/entries?limit=${limit}${before === null ? '' : `&before=${before}`}`);
  const total = headers.get('x-total-count');
  return { entries: body, older: nextCursor(headers.get('link')), total: total === null ? null : Number(total) };
}

/** @param {EntryDraft} draft @returns {Promise<Entry>} */
export async function createEntry({ text, nickname, location }) {
  return (await request('/entries', 'POST', { text, nickname: nickname || null, location: location || null })).body;
}

/** Turns the favourite mark over. @param {number} id @returns {Promise<Entry>} */
export async function toggleFavorite(id) {
  return (await request(`/entries/${id}/favorite`, 'POST')).body;
}
