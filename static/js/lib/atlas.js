// What the map asks the server.

import { request, withQuery } from './api.js';
import { bboxOf } from './survey.js';

/** @typedef {{ entry_id: number, nickname: string | null, text_preview: string, location: string | null, cat_id: number | null, cat_name: string | null, photo_url: string | null, created_at: string }} Pin */
/** Sightings close together; `entry` is the one where there is one alone. @typedef {{ count: number, lat: number, lon: number, bbox: string, entry: Pin | null }} Cluster */
/** @typedef {{ entry_id: number, text_preview: string, location: string | null, latitude: number, longitude: number, cat_id: number | null, cat_name: string | null, created_at: string }} AreaSighting */
/** @typedef {{ group_id: number, entry_ids: number[], center_lat: number, center_lon: number, radius_meters: number, confidence: number, suggested_name?: string | null }} Group */
/** @typedef {{ lat: number, lon: number, radius: number }} Area */
/** @typedef {{ since: string | null, until: string | null }} Span months such as 2026-01 */

/** @param {import('./survey.js').Box} box @param {number} zoom @param {Span} span @returns {Promise<{ total_count: number, clusters: Cluster[] }>} */
export async function clustersIn(box, zoom, { since, until }) {
  const parameters = { bbox: bboxOf(box), zoom, since: since && `${since}-01`, until: until && `${until}-01` };
  return (await request(withQuery('/map/clusters', parameters))).body;
}

/** @returns {Promise<{ month: string, count: number }[]>} */
export const monthsOfMap = async () => (await request('/map/months')).body.months;

/** The operator's own tiles, if there are any. @returns {Promise<import('../components/atlas-map.js').Tiles | null>} */
export const tilesOfMap = async () => (await request('/map/tiles')).body.tiles;

/** The newest sightings in a box. @param {string} bbox @param {number} limit @returns {Promise<import('./api.js').Entry[]>} */
export const sightingsIn = async (bbox, limit) => (await request(withQuery('/entries', { bbox, limit }))).body;

/** Who was seen in an area, and which of those without a cat may be one. @param {Area} area @returns {Promise<{ sightings: AreaSighting[], total: number, unassigned: number, groups: Group[] }>} */
export async function askArea({ lat, lon, radius }) {
  const [area, groups] = await Promise.all([
    request(withQuery('/entries/by-area', { lat, lon, radius })),
    request(withQuery('/entries/by-area/suggested-groups', { lat, lon, radius })),
  ]);
  return { sightings: area.body.sightings, total: area.body.total_count, unassigned: area.body.unassigned_count, groups: groups.body.groups };
}

/** Makes one cat of sightings. @param {number[]} entryIds @param {string | null} name @returns {Promise<{ id: number }>} */
export const oneCat = async (entryIds, name) => (await request('/cats/from-sightings', 'POST', { entry_ids: entryIds, name })).body;
