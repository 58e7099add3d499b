// A small map with a few places on it, that does not catch the finger which scrolls past.

import { html, useEffect, useRef } from '../../vendor/preact.js';
import * as L from '../../vendor/leaflet.js';
import { tilesOfMap } from '../lib/atlas.js';
import { contrast, isDark } from '../lib/store.js';
import { colour, layMap } from './atlas-map.js';

/** @param {{ places: { lat: number, lon: number, count: number, name: string }[], label: string }} props */
export default function SmallMap({ places, label }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const key = places.map(({ lat, lon, count }) => `${lat} ${lon} ${count}`).join();
  useEffect(() => {
    const into = element.current;
    if (!into || !places.length) return;
    let isGone = false;
    let laid = /** @type {ReturnType<typeof layMap> | null} */ (null);
    void tilesOfMap().catch(() => null).then((tiles) => {
      if (isGone) return;
      laid = layMap(into, { tiles, isStill: true, words: { zoomIn: '', zoomOut: '' } });
      const most = Math.max(...places.map(({ count }) => count));
      for (const { lat, lon, count, name } of places) {
        L.circleMarker([lat, lon], { radius: 7 + 9 * Math.sqrt(count / most), color: colour('--card'), weight: 2, fillColor: colour('--accent'), fillOpacity: 0.9 }).bindTooltip(Object.assign(document.createElement('span'), { textContent: name }), { direction: 'top' }).addTo(laid.map);
      }
      laid.map.fitBounds(/** @type {[number, number][]} */ (places.map(({ lat, lon }) => [lat, lon])), { animate: false, maxZoom: 15, padding: [36, 36] });
    });
    return () => {
      isGone = true;
      laid?.remove();
    };
  }, [key, isDark.value, contrast.value]);
  return html`<div class="small-map" ref=${element} role="img" aria-label=${label}></div>`;
}
