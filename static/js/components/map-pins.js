// What lies on the map: clusters, pins, a stack that fans out, warmth, and the circle of an area with the groups in it.

import * as L from '../../vendor/leaflet.js';
import { fan, hull, roomyHull } from '../lib/survey.js';
import { colour, isCalm } from './atlas-map.js';

/** @typedef {import('../lib/atlas.js').Cluster} Cluster */
/** @typedef {import('../../vendor/leaflet.js').Map} LeafletMap */

/** How large the circle of so many sightings is, in pixels. @param {number} count */
const sizeOf = (count) => 34 + Math.min(24, Math.round(Math.log2(count) * 3.2));

/** A marker that is a button: a click, Enter and the space bar press it. @param {[number, number]} at @param {any} icon @param {string} name @param {() => void} press */
function button(at, icon, name, press) {
  const marker = L.marker(at, { icon, title: name, alt: name, keyboard: true, riseOnHover: true });
  marker.on('click', press);
  marker.on('keydown', (/** @type {any} */ { originalEvent: event }) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    press();
  });
  marker.on('add', () => marker.getElement()?.setAttribute('aria-label', name));
  return marker;
}

/** @param {{ isLinked: boolean }} pin */
const pinIcon = ({ isLinked }, anchor = /** @type {[number, number]} */ ([16, 36])) => L.divIcon({ className: `pin${isLinked ? ' linked' : ''}`, html: '<i></i>', iconSize: [32, 38], iconAnchor: anchor });
/** @param {number} count @param {string} shown */
const clusterIcon = (count, shown) => L.divIcon({ className: 'cluster', html: `<b>${shown}</b>`, iconSize: [sizeOf(count), sizeOf(count)] });

/**
 * The clusters. Those that stay are left as they are, so that a map that is only moved does not flicker.
 * @param {LeafletMap} map @param {{ nameOf: (cluster: Cluster) => string, shown: (count: number) => string, onPick: (cluster: Cluster) => void }} options
 */
export function clusterLayer(map, { nameOf, shown, onPick }) {
  const layer = L.layerGroup().addTo(map);
  const markers = new Map();
  return {
    /** @param {Cluster[]} clusters */
    show(clusters) {
      const wanted = new Map(clusters.map((cluster) => [`${cluster.lat} ${cluster.lon} ${cluster.count} ${nameOf(cluster)}`, cluster]));
      for (const [key, marker] of markers) {
        if (wanted.has(key)) continue;
        layer.removeLayer(marker);
        markers.delete(key);
      }
      for (const [key, cluster] of wanted) {
        if (markers.has(key)) continue;
        const icon = cluster.count === 1 ? pinIcon({ isLinked: Boolean(cluster.entry?.cat_id) }) : clusterIcon(cluster.count, shown(cluster.count));
        const marker = button([cluster.lat, cluster.lon], icon, nameOf(cluster), () => onPick(cluster));
        markers.set(key, marker);
        layer.addLayer(marker);
      }
    },
  };
}

/** A stack of pins at one place, spread out around it. @param {LeafletMap} map */
export function fanLayer(map) {
  const layer = L.layerGroup().addTo(map);
  const close = () => layer.clearLayers();
  map.on('zoomstart', close);
  return {
    close,
    /** @param {{ lat: number, lon: number }} middle @param {{ id: number, name: string, isLinked: boolean }[]} pins @param {(id: number) => void} onPick */
    open(middle, pins, onPick) {
      close();
      const at = map.latLngToLayerPoint([middle.lat, middle.lon]);
      // Over the circle they came out of.
      fan(pins.length).forEach(({ x, y }, n) => {
        const place = map.layerPointToLatLng(at.add([x, y]));
        layer.addLayer(L.polyline([[middle.lat, middle.lon], place], { color: colour('--pine'), weight: 1.5, opacity: 0.7, interactive: false }));
        layer.addLayer(button([place.lat, place.lng], pinIcon(pins[n], [16, 18]), pins[n].name, () => onPick(pins[n].id)).setZIndexOffset(1000));
      });
    },
  };
}

/** From nothing over marmalade to a deep red: what 0 to 255 of warmth look like. */
function warmColours() {
  const strip = Object.assign(document.createElement('canvas'), { width: 256, height: 1 });
  const pen = /** @type {CanvasRenderingContext2D} */ (strip.getContext('2d'));
  const ramp = pen.createLinearGradient(0, 0, 256, 0);
  for (const [at, paint] of /** @type {[number, string][]} */ ([[0, '#f3c98b00'], [0.25, '#f0b06acc'], [0.55, '#e8873ae0'], [0.8, '#c4531ef0'], [1, '#8d1f14']])) ramp.addColorStop(at, paint);
  pen.fillStyle = ramp;
  pen.fillRect(0, 0, 256, 1);
  return pen.getImageData(0, 0, 256, 1).data;
}

/** Where much was seen, as warmth. @param {LeafletMap} map */
export function heatLayer(map) {
  const canvas = L.DomUtil.create('canvas', 'heat');
  canvas.setAttribute('aria-hidden', 'true');
  const ramp = warmColours();
  /** @type {Cluster[]} */
  let spots = [];
  const draw = () => {
    const { x: width, y: height } = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    L.DomUtil.setPosition(canvas, corner);
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (!pen || !spots.length || !width) return;
    const most = Math.log1p(Math.max(...spots.map(({ count }) => count)));
    for (const { lat, lon, count } of spots) {
      const { x, y } = map.latLngToContainerPoint([lat, lon]);
      const radius = 46;
      const glow = pen.createRadialGradient(x, y, 0, x, y, radius);
      glow.addColorStop(0, `rgb(0 0 0 / ${0.18 + 0.6 * (Math.log1p(count) / most)})`);
      glow.addColorStop(1, 'transparent');
      pen.fillStyle = glow;
      pen.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    }
    const image = pen.getImageData(0, 0, width, height);
    for (let n = 3; n < image.data.length; n += 4) image.data.set(ramp.subarray(image.data[n] * 4, image.data[n] * 4 + 4), n - 3);
    pen.putImageData(image, 0, 0);
  };
  return {
    /** @param {Cluster[]} clusters */
    show(clusters) {
      spots = clusters;
      if (!canvas.isConnected) {
        map.getPane('overlayPane')?.append(canvas);
        map.on('moveend resize', draw);
      }
      draw();
    },
    hide() {
      canvas.remove();
      map.off('moveend resize', draw);
    },
  };
}

/** The circle that asks who lives in it, the sightings there, and the groups they may form. @param {LeafletMap} map */
export function areaLayer(map) {
  const layer = L.layerGroup().addTo(map);
  return {
    clear: () => layer.clearLayers(),
    /**
     * @param {{ lat: number, lon: number, radius: number }} area
     * @param {{ latitude: number, longitude: number, cat_id: number | null }[]} sightings
     * @param {{ points: { lat: number, lon: number }[], label: string, name: string, isChosen: boolean, onPick: () => void }[]} groups
     */
    show(area, sightings, groups) {
      layer.clearLayers();
      const paint = { pine: colour('--pine'), accent: colour('--accent'), card: colour('--card') };
      layer.addLayer(L.circle([area.lat, area.lon], { radius: area.radius, color: paint.pine, weight: 2, dashArray: '6 6', fillColor: paint.pine, fillOpacity: 0.07, interactive: false }));
      for (const { points, label, name, isChosen, onPick } of groups) {
        const corners = /** @type {[number, number][]} */ (hull(roomyHull(points, 16)).map(({ lat, lon }) => [lat, lon]));
        const shape = L.polygon(corners, { color: paint.accent, weight: isChosen ? 4 : 2, fillColor: paint.accent, fillOpacity: isChosen ? 0.32 : 0.18 });
        layer.addLayer(shape.on('click', (/** @type {any} */ event) => {
          L.DomEvent.stopPropagation(event);
          onPick();
        }));
        const middle = shape.getBounds().getCenter();
        const top = shape.getBounds().getNorth();
        layer.addLayer(button([top, middle.lng], L.divIcon({ className: 'tag', html: `<b>${label}</b>`, iconSize: undefined }), name, onPick));
      }
      for (const { latitude, longitude, cat_id } of sightings) {
        layer.addLayer(L.circleMarker([latitude, longitude], { radius: 5, color: paint.card, weight: 2, fillColor: cat_id === null ? paint.accent : paint.pine, fillOpacity: 1, interactive: false }));
      }
    },
  };
}

/** Shows a box of the map, as near as makes sense. @param {LeafletMap} map @param {import('../lib/survey.js').Box} box @param {number} [maxZoom] */
export function flyToBox(map, { west, south, east, north }, maxZoom = 19) {
  map.flyToBounds([[south, west], [north, east]], { maxZoom, padding: [30, 30], duration: isCalm() ? 0 : 0.6, animate: !isCalm() });
}
