// What went wrong, in words a person can act on; and what can be seen to be wrong before asking the server.

import { ApiError } from './api.js';
import { number, t } from './i18n.js';

/** @typedef {import('./feed.js').EntryDraft} EntryDraft */
/** @typedef {import('./api.js').Problem} Problem */
/** @typedef {{ message: string, fields: string[] }} Trouble */

/** The bounds of a sighting, in code points as the server counts. @type {Record<string, number>} */
export const bounds = {
  text: 5000, nickname: 100, location: 200, location_street: 200, location_number: 20, location_zip: 20, location_city: 100, location_country: 100,
};

/** What fields are called. @type {Record<string, import('./i18n.js').Key>} */
const names = {
  text: 'note', nickname: 'nickname', location: 'location', location_street: 'street', location_number: 'houseNumber', location_zip: 'zip',
  location_city: 'city', location_country: 'country',
};

/** Code points, not the UTF-16 units of `length`: a cat emoji is one. @param {string} text */
export const codePoints = (text) => [...text].length;

/** All that can be told without the server. @param {EntryDraft} draft @returns {Problem[]} */
export function problemsOf(draft) {
  const tooLong = Object.keys(bounds).filter((field) => codePoints(draft[field] ?? '') > bounds[field]);
  const missing = (draft.text ?? '').trim() === '' ? [{ field: 'text', type: 'missing' }] : [];
  return [...missing, ...tooLong.map((field) => ({ field, type: 'string_too_long', max: bounds[field] }))];
}

/** @param {Problem} problem */
function sentence({ field, type, max }) {
  if (type === 'string_too_long' && field in names) return t('tooLong', { field: t(names[field]), max: number(max ?? bounds[field]) });
  return field === 'text' ? t('textMissing') : t('refused');
}

/** @param {Problem[]} problems @returns {Trouble} */
export function explainProblems(problems) {
  return { message: [...new Set(problems.map(sentence))].join(' '), fields: problems.map((problem) => problem.field) };
}

/** @type {Record<number, import('./i18n.js').Key>} */
const statuses = { 0: 'offline', 400: 'refused', 401: 'signInFirst', 403: 'notAllowed', 404: 'gone', 413: 'tooLarge', 422: 'refused', 502: 'busy', 503: 'busy', 504: 'busy' };

/** @param {unknown} error @returns {Trouble} */
export function explain(error) {
  if (!(error instanceof ApiError)) return { message: t('broken'), fields: [] };
  if (error.problems.length) return explainProblems(error.problems);
  if (error.status === 429) return { message: error.wait ? t('slowDown', { n: error.wait }) : t('slowDownAWhile'), fields: [] };
  const known = error.code === 'FEATURE_OFF' ? 'featureOff' : statuses[error.status];
  const reference = !known && error.requestId ? ` ${t('reference', { id: error.requestId })}` : '';
  return { message: t(known ?? 'broken') + reference, fields: [] };
}

/** Trouble while saving. A note can be refused as blank once its markup is gone, and a file as no picture, which only the server sees. @param {unknown} error @param {boolean} [hasPhoto] @returns {Trouble} */
export function explainSaving(error, hasPhoto = false) {
  const status = error instanceof ApiError ? error.status : 0;
  const isBlank = !hasPhoto || /\bnote is empty\b/.test(/** @type {ApiError} */ (error).sentence ?? '');
  if (status === 400 && isBlank) return explainProblems([{ field: 'text', type: 'missing' }]);
  const ofPhoto = hasPhoto && (status === 400 || status === 413);
  const { message, fields } = ofPhoto ? { message: t(status === 400 ? 'photoRefused' : 'photoTooLarge'), fields: ['image'] } : explain(error);
  return { message: `${message} ${t('kept')}`, fields };
}
