// What the page of a cat asks and reckons: its sightings by month, its comments as text, its poster's code.

import { request, withQuery } from './api.js';
import { monthName, monthNumber } from './survey.js';

/**
 * @typedef {{ id: number, text: string, createdAt: string, location: string | null, location_lat: number | null, location_lon: number | null, photo_url: string | null, nickname: string | null }} Sighting
 * @typedef {{ location: string, count: number, lastSeen: string, lat: number | null, lon: number | null }} Place
 * @typedef {{ cat: { id: number, name: string | null, createdAt: string, primaryPhoto: string | null }, top_tags: string[], temperament_guess: string, locationSummary: Place[],
 *   stats: { totalSightings: number, uniqueLocations: number, photoCount: number, firstSeen: string | null, lastSeen: string | null, mostFrequentLocation: string | null },
 *   recentSightings: Sighting[] }} Profile
 * @typedef {{ id: number, author_name: string, content: string, createdAt: string, created_by?: number | null }} Comment
 * @typedef {{ mode: string, confidence: number, headline: string, summary: string, flags: string[], suggested_actions: string[], citations: { entry_id: number, quote: string, location: string | null, createdAt: string }[] }} Insight
 */

/** @param {number} id @returns {Promise<Profile>} */
export const profileOf = async (id) => (await request(`/cats/${id}/profile/enhanced`)).body;
/** @param {number} id @param {number} page @returns {Promise<{ sightings: Sighting[], total: number, hasMore: boolean }>} */
export const sightingsOf = async (id, page) => (await request(withQuery(`/cats/${id}/sightings`, { page, limit: 20 }))).body;
/** @param {number} id @param {number} page @returns {Promise<{ comments: Comment[], total: number, hasMore: boolean }>} */
export const commentsOf = async (id, page) => (await request(withQuery(`/cats/${id}/comments`, { page, limit: 20 }))).body;
/** @param {number} id @param {string} author @param {string} content @returns {Promise<Comment>} */
export const comment = async (id, author, content) => (await request(`/cats/${id}/comments`, 'POST', { author_name: author, content })).body;
/** @param {number} id @param {number} commentId */
export const removeComment = (id, commentId) => request(`/cats/${id}/comments/${commentId}`, 'DELETE');
/** @param {number} id @param {string | null} name */
export const rename = (id, name) => request(`/cats/${id}`, 'PATCH', { name });
/** @param {number} id @param {string} mode @param {string} question @returns {Promise<Insight>} */
export const insightOn = async (id, mode, question) => (await request(`/cats/${id}/insights`, 'POST', { mode, question: question || null })).body;

/** Of a cat's sightings, how many there were in each month up to the last, the 24 latest of them. @param {{ createdAt: string }[]} sightings */
export function byMonth(sightings) {
  const months = sightings.map(({ createdAt }) => createdAt.slice(0, 7)).filter((month) => /^\d{4}-\d{2}$/.test(month)).map(monthNumber);
  if (!months.length) return [];
  const last = Math.max(...months);
  const first = Math.max(Math.min(...months), last - 23);
  return Array.from({ length: last - first + 1 }, (_, n) => ({ month: monthName(first + n), count: months.filter((month) => month === first + n).length }));
}

/** The tags that a comment may have. The server leaves no other; a page trusts nobody's markup all the same. */
const SIMPLE = new Set(['b', 'i', 'u', 'em', 'strong', 'p', 'br']);

/** @typedef {string | { tag: string, inside: Rich[] }} Rich */

/** Markup as text and simple tags without attributes, to be made into elements: it is never set as markup. @param {string} markup @returns {Rich[]} */
export function cleaned(markup) {
  const read = (/** @type {Node} */ node) => [...node.childNodes].flatMap((child) => {
    if (child.nodeType === 3) return child.nodeValue ?? '';
    if (child.nodeType !== 1) return [];
    const tag = child.nodeName.toLowerCase();
    if (tag === 'script' || tag === 'style' || tag === 'template') return [];
    const inside = /** @type {Rich[]} */ (read(child));
    return SIMPLE.has(tag) ? { tag, inside } : inside;
  });
  // A document of its own: in it nothing is loaded and nothing runs.
  return read(new DOMParser().parseFromString(markup, 'text/html').body);
}

/** A square of dark and light as one path, for an SVG with a unit a dot. @param {boolean[][]} dots */
export const pathOf = (dots) => dots.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');
