// What went wrong, in words a person can act on; and what can be seen to be wrong before asking the server.

import { ApiError } from './api.js';
import { number, t } from './i18n.js';

/** @typedef {import('./feed.js').EntryDraft} EntryDraft */
/** @typedef {import('./api.js').Problem} Problem */
/** @typedef {{ message: string, fields: string[] }} Trouble */

/** The bounds of a sighting, in code points as the server counts. */
export const bounds = { text: 5000, nickname: 100, location: 200 };

/** Code points, not the UTF-16 units of `length`: a cat emoji is one. @param {string} text */
export const codePoints = (text) => [...text].length;

/** All that can be told without the server. @param {EntryDraft} draft @returns {Problem[]} */
export function problemsOf(draft) {
  const fields = /** @type {(keyof EntryDraft)[]} */ (Object.keys(bounds));
  const tooLong = fields.filter((field) => codePoints(draft[field]) > bounds[field]);
  const missing = draft.text.trim() === '' ? [{ field: 'text', type: 'missing' }] : [];
  return [...missing, ...tooLong.map((field) => ({ field, type: 'string_too_long', max: bounds[field] }))];
}

const tooLong = /** @type {const} */ ({ text: 'textTooLong', nickname: 'nicknameTooLong', location: 'locationTooLong' });

/** @param {Problem} problem */
function sentence({ field, type, max }) {
  if (type === 'string_too_long' && field in tooLong) {
    const name = /** @type {keyof typeof tooLong} */ (field);
    return t(tooLong[name], { max: number(max ?? bounds[name]) });
  }
  return field === 'text' ? t('textMissing') : t('refused');
}

/** @param {Problem[]} problems @returns {Trouble} */
export function explainProblems(problems) {
  return { message: [...new Set(problems.map(sentence))].join(' '), fields: problems.map((problem) => problem.field) };
}

/** @type {Record<number, import('./i18n.js').Key>} */
const statuses = { 0: 'offline', 400: 'refused', 413: 'tooLarge', 422: 'refused', 429: 'slowDown', 502: 'busy', 503: 'busy', 504: 'busy' };

/** @param {unknown} error @returns {Trouble} */
export function explain(error) {
  if (!(error instanceof ApiError)) return { message: t('broken'), fields: [] };
  if (error.problems.length) return explainProblems(error.problems);
  const known = statuses[error.status];
  const reference = !known && error.requestId ? ` ${t('reference', { id: error.requestId })}` : '';
  return { message: t(known ?? 'broken') + reference, fields: [] };
}

/** Trouble while saving. A note can be refused as blank once its markup is gone, which only the server sees. @param {unknown} error @returns {Trouble} */
export function explainSaving(error) {
  if (error instanceof ApiError && error.status === 400) return explainProblems([{ field: 'text', type: 'missing' }]);
  const { message, fields } = explain(error);
  return { message: `${message} ${t('kept')}`, fields };
}
