// A map of paper and ink: the outline of the land and a survey grid, with no tile server at all. What lies on it is the caller's.

import * as L from '../../vendor/leaflet.js';
import { feature } from '../../vendor/leaflet.js';
import { asset } from '../lib/api.js';
import { degrees } from '../lib/survey.js';

/** @typedef {import('../../vendor/leaflet.js').Map} LeafletMap */
/** @typedef {{ url: string, attribution: string | null }} Tiles the operator's own */

/** A colour of the page. @param {string} name */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

let land = /** @type {Promise<any> | null} */ (null);
/** The outline, once for all maps. Where it does not come the next map tries again, and the grid is enough meanwhile. */
const theLand = () => (land ??= asset(new URL('../../vendor/land.json', import.meta.url)).then((world) => feature(world, world.objects.land)).catch((error) => {
  land = null;
  throw error;
}));

/** @param {HTMLCanvasElement} canvas @param {number} side @param {import('../../vendor/leaflet.js').Coords} at @param {string} label */
function drawPaper(canvas, side, at, label) {
  const scale = devicePixelRatio || 1;
  canvas.width = canvas.height = side * scale;
  canvas.setAttribute('aria-hidden', 'true');
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.scale(scale, scale);
  pen.strokeStyle = colour('--map-grid');
  for (let n = 0; n < side; n += 32) {
    pen.globalAlpha = n % 128 ? 0.28 : 0.8;
    pen.lineWidth = n % 128 ? 0.5 : 0.75;
    pen.beginPath();
    pen.moveTo(n, 0);
    pen.lineTo(n, side);
    pen.moveTo(0, n);
    pen.lineTo(side, n);
    pen.stroke();
  }
  if (at.x % 2 || at.y % 2) return;
  pen.globalAlpha = 1;
  pen.fillStyle = colour('--map-ink');
  pen.font = "500 10.5px Bricolage, ui-sans-serif, sans-serif";
  pen.fillText(label, 5, 13);
}

/** Survey paper: squares and, on every fourth tile, where one is. */
const Paper = L.GridLayer.extend({
  createTile(/** @type {import('../../vendor/leaflet.js').Coords} */ at) {
    const canvas = document.createElement('canvas');
    const corner = this._map.unproject([at.x * 256, at.y * 256], at.z);
    drawPaper(canvas, 256, at, degrees({ lat: corner.lat, lon: corner.lng }, at.z));
    return canvas;
  },
});

/**
 * Lays a map into an element.
 * @param {HTMLElement} element
 * @param {{ tiles?: Tiles | null, isStill?: boolean, words: { zoomIn: string, zoomOut: string } }} options a still map does not catch the finger that scrolls past it
 */
export function layMap(element, { tiles, isStill = false, words }) {
  const map = L.map(element, {
    zoomControl: false, minZoom: 2, maxZoom: 19, maxBounds: [[-86, -220], [86, 220]], maxBoundsViscosity: 0.8, preferCanvas: true,
    zoomAnimation: !isCalm(), fadeAnimation: !isCalm(), markerZoomAnimation: !isCalm(), inertia: !isCalm(),
    ...(isStill && { dragging: false, scrollWheelZoom: false, touchZoom: false, doubleClickZoom: false, keyboard: false }),
  });
  map.attributionControl.setPrefix(false).addAttribution('Natural Earth');
  if (!isStill) L.control.zoom({ position: 'bottomright', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  map.createPane('land').style.zIndex = '150';
  map.createPane('paper').style.zIndex = '180';
  const style = () => ({ fillColor: colour('--map-land'), fillOpacity: 1, color: colour('--map-coast'), weight: 1 });
  let ground = /** @type {import('../../vendor/leaflet.js').GeoJSON | null} */ (null);
  let isGone = false;
  theLand().then((outline) => {
    if (isGone) return;
    ground = L.geoJSON(outline, /** @type {any} */ ({ pane: 'land', interactive: false, renderer: L.canvas({ pane: 'land', padding: 0.5 }), style })).addTo(map);
    element.dataset.land = 'there';
  }, () => {});
  const paper = new /** @type {any} */ (Paper)({ pane: 'paper', updateWhenIdle: false, keepBuffer: 3 }).addTo(map);
  if (tiles) L.tileLayer(tiles.url, { attribution: tiles.attribution ?? '', maxZoom: 19 }).addTo(map);
  return {
    map,
    /** In the colours of now. */
    restyle() {
      ground?.setStyle(style());
      paper.redraw();
    },
    remove() {
      isGone = true;
      map.remove();
    },
  };
}

/** @param {LeafletMap} map @returns {import('../lib/survey.js').Box} */
export function boxOfMap(map) {
  const bounds = map.getBounds();
  return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
}
