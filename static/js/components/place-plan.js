// A small survey plan around a sighting: rings of distance, and who else was seen within them. It needs no map and no outside request.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { withQuery, request } from '../lib/api.js';
import { number, t } from '../lib/i18n.js';

/** @typedef {{ lat: number, lon: number }} Point */
/** @typedef {{ entry_id: number, latitude: number, longitude: number, cat_id: number | null }} Seen */

/** How far the plan reaches, in metres; the outermost ring. */
export const REACH_M = 500;
const RINGS_M = [100, 250, 500];
/** Metres of one degree of latitude: a circle of the mean Earth radius of 6,371 km. */
const DEGREE_M = (Math.PI * 6_371_000) / 180;

/** Where a point lies as seen from another, in metres to the east and to the south. @param {Point} from @param {Point} to */
export function offset(from, to) {
  const turn = ((to.lon - from.lon + 540) % 360) - 180;
  return { east: turn * DEGREE_M * Math.cos((from.lat * Math.PI) / 180), south: (from.lat - to.lat) * DEGREE_M };
}

/** @param {{ entry: import('../lib/api.js').Entry }} props */
export function PlacePlan({ entry }) {
  const [others, setOthers] = useState(/** @type {Seen[]} */ ([]));
  const here = { lat: entry.location_lat ?? 0, lon: entry.location_lon ?? 0 };
  useEffect(() => {
    const path = withQuery('/entries/by-area', { lat: here.lat, lon: here.lon, radius: REACH_M });
    request(path).then(({ body }) => setOthers(body.sightings.filter((/** @type {Seen} */ seen) => seen.entry_id !== entry.id).slice(0, 200)), () => {});
  }, [entry.id, here.lat, here.lon]);
  const scale = 66 / REACH_M;
  return html`<figure class="plan">
    <svg viewBox="-100 -70 200 140" role="img" aria-label=${t('planText', { n: others.length, m: REACH_M })}>
      <g class="graticule">${[-80, -60, -40, -20, 0, 20, 40, 60, 80].map((at) => html`<path key=${at} d=${`M${at} -70v140M-100 ${at * 0.75}h200`} />`)}</g>
      <g class="rings">${RINGS_M.map((m) => html`<circle key=${m} r=${m * scale} />`)}</g>
      ${others.map(({ entry_id, latitude, longitude, cat_id }) => {
        const { east, south } = offset(here, { lat: latitude, lon: longitude });
        return html`<circle key=${entry_id} class="other" data-known=${cat_id !== null} cx=${east * scale} cy=${south * scale} r="2.600" />`;
      })}
      <path class="here" d="M0 0c-1.500-4-7-8-7-13.500a7 7 0 0 1 14 0C7-8 1.500-4 0 0z" /><circle class="eye" cy="-13.500" r="2.600" />
    </svg>
    <figcaption><span>${t('rings', { m: RINGS_M.map(number).join(', ') })}</span> <span>${here.lat.toFixed(5)}°, ${here.lon.toFixed(5)}°</span> <a href=${`/map?lat=${here.lat}&lon=${here.lon}`}>${t('openMap')}</a></figcaption>
  </figure>`;
}
