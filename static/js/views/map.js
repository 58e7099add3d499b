// The map: where cats were seen, who lives around a place, and when. The address says what is shown.

import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { boxOfMap, layMap } from '../components/atlas-map.js';
import { areaLayer, clusterLayer, fanLayer, flyToBox, heatLayer } from '../components/map-pins.js';
import { AreaPanel, InView, nameOfCluster, PinCard } from '../components/map-panel.js';
import { TimeSlider } from '../components/time-slider.js';
import { toast } from '../components/toasts.js';
import { askArea, clustersIn, monthsOfMap, oneCat, sightingsIn, tilesOfMap } from '../lib/atlas.js';
import { language, number, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { go, narrow, query, useTitle } from '../lib/router.js';
import { contrast, isDark } from '../lib/store.js';
import { boxOf, distance, holds, padded, timeline } from '../lib/survey.js';

/** @typedef {import('../lib/atlas.js').Cluster} Cluster */
/** @typedef {import('../lib/atlas.js').Area} Area */

/** A stack fans out here; farther away the map comes closer first. */
const STREET = 17;
/** How many pins fan out at once. */
const FANNED = 24;
const WORLD = { west: -180, south: -80, east: 180, north: 84 };

/** Three numbers of the address, if they are there. @param {string} name @returns {[number, number, number] | null} */
function numbers(name) {
  const found = (query.value.get(name) ?? '').split(',').map(Number);
  return found.length === 3 && found.every(Number.isFinite) ? /** @type {[number, number, number]} */ (found) : null;
}
const round = (/** @type {number} */ degrees) => Number(degrees.toFixed(5));
/** A month of the address. @param {string} name */
const monthOf = (name) => query.value.get(name)?.match(/^\d{4}-(0[1-9]|1[0-2])$/)?.[0] ?? null;

/** Runs the last of many calls once they pause. @param {number} pause in milliseconds @param {(...args: any[]) => void} run */
function settled(pause, run) {
  let timer = 0;
  return (/** @type {any[]} */ ...args) => {
    clearTimeout(timer);
    timer = Number(setTimeout(() => run(...args), pause));
  };
}

/** The map and what lies on it, in step with what the page knows. */
function useAtlas() {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const parts = useRef(/** @type {any} */ (null));
  const [state, setState] = useState({
    clusters: /** @type {Cluster[]} */ ([]), zoom: 2, status: /** @type {'loading' | 'ready' | 'failed'} */ ('loading'), error: /** @type {unknown} */ (null),
    pin: /** @type {import('../lib/atlas.js').Pin | null} */ (null), box: /** @type {import('../lib/survey.js').Box | null} */ (null),
  });
  const change = (/** @type {Partial<typeof state>} */ part) => setState((before) => ({ ...before, ...part }));
  const span = { since: monthOf('since'), until: monthOf('until') };
  const isWarm = query.value.get('as') === 'warmth';
  const about = numbers('around');
  const wanted = useRef({ span, isWarm, about });
  wanted.current = { span, isWarm, about };

  useEffect(() => {
    if (!element.current) return;
    let isGone = false;
    let turn = 0;
    let loaded = /** @type {{ box: import('../lib/survey.js').Box, zoom: number, key: string } | null} */ (null);
    let laid = /** @type {ReturnType<typeof layMap> | null} */ (null);

    const begin = async (/** @type {HTMLElement} */ into) => {
      const tiles = await tilesOfMap().catch(() => null);
      if (isGone) return;
      laid = layMap(into, { tiles, words: { zoomIn: t('mapCloser'), zoomOut: t('mapFarther') } });
      const { map } = laid;
      const at = numbers('at');
      const about = numbers('around');
      if (at) map.setView([at[0], at[1]], at[2]);
      else if (about) map.setView([about[0], about[1]], 15);
      else map.setView([48, 10], 4);
      const layers = { clusters: clusterLayer(map, { nameOf: (cluster) => nameOfCluster(cluster, map.getZoom()), shown: number, onPick: pick }), fan: fanLayer(map), heat: heatLayer(map), area: areaLayer(map) };

      /** @param {Cluster[]} clusters @param {number} zoom */
      const show = (clusters, zoom) => {
        const { isWarm: warm, about: asked } = wanted.current;
        // In the circle of a question each sighting is shown for itself.
        const isFree = (/** @type {Cluster} */ { lat, lon }) => !asked || distance({ lat: asked[0], lon: asked[1] }, { lat, lon }) > asked[2];
        layers.clusters.show(warm ? [] : clusters.filter(isFree));
        if (warm) layers.heat.show(clusters);
        else layers.heat.hide();
        const box = boxOfMap(map);
        const isIn = (/** @type {Cluster} */ { lat, lon }) => holds(box, { west: lon, east: lon, south: lat, north: lat });
        change({ clusters: clusters.filter(isIn), zoom, box, status: 'ready' });
      };
      let shown = /** @type {Cluster[]} */ ([]);
      const load = async () => {
        const [box, zoom] = [boxOfMap(map), map.getZoom()];
        const { span: months, isWarm: warm } = wanted.current;
        const key = JSON.stringify([months, warm]);
        // What is there already, and of this closeness, need not be asked for again.
        if (loaded?.zoom === zoom && loaded.key === key && holds(loaded.box, box)) return show(shown, zoom);
        const mine = ++turn;
        const wide = padded(box, 0.35);
        try {
          const { clusters } = await clustersIn(wide, warm ? zoom + 1 : zoom, months);
          if (isGone || mine !== turn) return;
          loaded = { box: wide, zoom, key };
          shown = clusters;
          show(clusters, zoom);
        } catch (error) {
          if (!isGone && mine === turn) change({ status: 'failed', error });
        }
      };
      const fromNow = settled(120, load);
      map.on('moveend', () => {
        const { lat, lng } = map.getCenter();
        narrow({ at: `${round(lat)},${round(lng)},${map.getZoom()}` });
        fromNow();
      });

      /** @param {Cluster} cluster */
      async function pick(cluster) {
        layers.fan.close();
        if (cluster.entry) return change({ pin: cluster.entry });
        if (map.getZoom() < STREET && !(cluster.count <= 8 && map.getZoom() >= STREET - 2)) return flyToBox(map, boxOf(cluster.bbox), Math.min(19, map.getZoom() + 4));
        try {
          const sightings = await sightingsIn(cluster.bbox, FANNED);
          const pins = sightings.map(({ id, nickname, cat_id }) => ({ id, name: nickname ?? t('unnamed'), isLinked: cat_id !== null }));
          layers.fan.open(cluster, pins, (id) => {
            const entry = sightings.find((one) => one.id === id);
            if (entry) change({ pin: { entry_id: id, nickname: entry.nickname, text_preview: entry.text.slice(0, 100), location: entry.location, cat_id: entry.cat_id, cat_name: null, photo_url: entry.photo_url, created_at: entry.createdAt } });
          });
        } catch (error) {
          toast(explain(error).message, 'bad');
        }
      }
      parts.current = { map, layers, pick, reload: () => { loaded = null; return load(); }, load, restyle: () => laid?.restyle() };
      if (!at && !about) {
        // Nobody said where: where the cats are.
        const all = await clustersIn(WORLD, 3, { since: null, until: null }).catch(() => null);
        if (isGone) return;
        if (all?.clusters.length) {
          const boxes = all.clusters.map(({ bbox }) => boxOf(bbox));
          const box = { west: Math.min(...boxes.map((one) => one.west)), south: Math.min(...boxes.map((one) => one.south)), east: Math.max(...boxes.map((one) => one.east)), north: Math.max(...boxes.map((one) => one.north)) };
          if (all.clusters.length === 1 || all.clusters[0].count > 0.8 * all.total_count) await closeIn(map, all.clusters[0]);
          else map.fitBounds([[box.south, box.west], [box.north, box.east]], { animate: false });
        }
      }
      if (isGone) return;
      await load();
      into.dataset.ready = 'true';
    };
    void begin(element.current);
    return () => {
      isGone = true;
      parts.current = null;
      laid?.remove();
    };
  }, []);

  useEffect(() => void parts.current?.load(), [span.since, span.until, isWarm, about?.join(), language.value]);
  useEffect(() => parts.current?.restyle(), [isDark.value, contrast.value]);
  return { element, parts, state, change, span, isWarm };
}

/** Comes closer to one cluster until its sightings fill the view. @param {import('../../vendor/leaflet.js').Map} map @param {Cluster} cluster */
async function closeIn(map, cluster) {
  let box = boxOf(cluster.bbox);
  for (const zoom of [8, 12]) {
    const { clusters } = await clustersIn(padded(box, 0.1), zoom, { since: null, until: null }).catch(() => ({ clusters: [] }));
    if (!clusters.length || clusters[0].count < 0.8 * cluster.count) break;
    box = boxOf(clusters[0].bbox);
  }
  map.fitBounds([[box.south, box.west], [box.north, box.east]], { animate: false, maxZoom: 15 });
}

/** The area that somebody asks about. @param {ReturnType<typeof useAtlas>} atlas */
function useArea({ parts, state }) {
  const about = numbers('around');
  const area = /** @type {Area | null} */ (about && { lat: about[0], lon: about[1], radius: about[2] });
  const [found, setFound] = useState(/** @type {Awaited<ReturnType<typeof askArea>> | null} */ (null));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [chosen, setChosen] = useState(/** @type {number | null} */ (null));
  const set = (/** @type {Area | null} */ next) => narrow({ around: next && `${round(next.lat)},${round(next.lon)},${next.radius}` });
  const key = area ? `${area.lat},${area.lon},${area.radius}` : '';

  const ask = () => {
    if (!area) return Promise.resolve();
    return askArea(area).then((answer) => {
      setError(null);
      setFound(answer);
    }, (/** @type {unknown} */ failure) => setError(failure));
  };
  useEffect(() => {
    setChosen(null);
    if (!area) return setFound(null);
    // Not for every step of a slider.
    const timer = setTimeout(ask, 350);
    return () => clearTimeout(timer);
  }, [key]);
  useEffect(() => {
    const layer = parts.current?.layers.area;
    if (!layer) return;
    if (!area) return layer.clear();
    const points = new Map((found?.sightings ?? []).map((one) => [one.entry_id, { lat: one.latitude, lon: one.longitude }]));
    layer.show(area, found?.sightings ?? [], (found?.groups ?? []).map((group) => ({
      points: group.entry_ids.flatMap((id) => points.get(id) ?? []),
      label: `${Math.round(group.confidence * 100)} %`,
      name: t('mapGroupName', { n: group.entry_ids.length, percent: Math.round(group.confidence * 100) }),
      isChosen: chosen === group.group_id,
      onPick: () => setChosen(group.group_id),
    })));
  }, [key, found, chosen, state.status, isDark.value]);
  // A tap on the map moves the area there.
  useEffect(() => {
    const map = parts.current?.map;
    if (!map || !area) return;
    const move = (/** @type {any} */ { latlng }) => set({ ...area, lat: latlng.lat, lon: latlng.lng });
    map.on('click', move);
    return () => void map.off('click', move);
  }, [key, state.status]);
  return { area, found, error, chosen, setChosen, set, ask };
}

/** The cross in the middle of the map, for whoever says where a sighting was. @param {{ parts: ReturnType<typeof useAtlas>['parts'], status: string }} props */
function Picking({ parts, status }) {
  useEffect(() => {
    const map = parts.current?.map;
    if (!map) return;
    const move = (/** @type {any} */ { latlng }) => map.panTo(latlng);
    map.on('click', move);
    return () => void map.off('click', move);
  }, [status]);
  const take = () => {
    const { lat, lng } = parts.current.map.getCenter();
    // Only to a page of ours, which knows what to do with it.
    const back = query.value.get('back') ?? '/';
    go(`${/^\/(?!\/)[\w/-]*$/.test(back) ? back : '/'}?lat=${round(lat)}&lon=${round(lng)}`);
  };
  return html`<div class="cross" aria-hidden="true"></div><div class="picking"><p>${t('mapPick')}</p><button type="button" class="primary" data-testid="take-place" onClick=${take}>${t('mapTake')}</button></div>`;
}

export default function MapPage() {
  useTitle(t('map'));
  const atlas = useAtlas();
  const { element, parts, state, change, span, isWarm } = atlas;
  const question = useArea(atlas);
  const [months, setMonths] = useState(/** @type {{ month: string, count: number }[]} */ ([]));
  useEffect(() => void monthsOfMap().then((found) => setMonths(timeline(found)), () => {}), []);
  const count = state.clusters.reduce((sum, cluster) => sum + cluster.count, 0);
  const middle = () => {
    const { lat, lng } = parts.current.map.getCenter();
    return { lat, lon: lng };
  };
  const begin = () => {
    if (!parts.current) return;
    if (parts.current.map.getZoom() < 14) parts.current.map.setZoom(15);
    question.set({ ...middle(), radius: 300 });
  };
  const together = async (/** @type {import('../lib/atlas.js').Group} */ group) => {
    await oneCat(group.entry_ids, group.suggested_name ?? null);
    toast(t('mapBecameCat', { n: group.entry_ids.length, name: group.suggested_name ?? t('unnamed') }));
    await Promise.all([question.ask(), parts.current?.reload()]);
  };
  return html`<div class="atlas">
    <header class="atlas-head">
      <div><h1>${t('map')}</h1><p class="count" role="status" data-testid="map-count">${state.status === 'loading' ? t('mapLoading') : t('mapHere', { n: count })}</p></div>
      <div class="atlas-tools">
        <div class="seg" role="radiogroup" aria-label=${t('mapAs')}>
          ${['pins', 'warmth'].map((kind) => html`<label key=${kind}><input type="radio" name="as" value=${kind} checked=${isWarm === (kind === 'warmth')} onChange=${() => narrow({ as: kind === 'warmth' ? 'warmth' : null })} /><span>${t(kind === 'warmth' ? 'mapWarmth' : 'mapPins')}</span></label>`)}
        </div>
        <button type="button" class=${question.area ? '' : 'primary'} aria-pressed=${Boolean(question.area)} data-testid="ask-area" onClick=${() => (question.area ? question.set(null) : begin())}>${t('mapAsk')}</button>
      </div>
    </header>
    <div class="atlas-frame">
      <div class="atlas-map" ref=${element} role="region" aria-label=${t('mapLabel')} data-testid="map"></div>
      ${state.status === 'failed' && html`<div class="atlas-trouble trouble" role="alert"><p>${explain(state.error).message}</p><button type="button" onClick=${() => parts.current?.reload()}>${t('retry')}</button></div>`}
      ${query.value.get('pick') && html`<${Picking} parts=${parts} status=${state.status} />`}
      ${state.pin && html`<${PinCard} key=${state.pin.entry_id} pin=${state.pin} onClose=${() => change({ pin: null })} />`}
    </div>
    <aside class="atlas-side">
      ${question.area && html`<${AreaPanel} area=${question.area} found=${question.found} error=${question.error} chosen=${question.chosen} onChoose=${question.setChosen} onOneCat=${together}
        onRadius=${(/** @type {number} */ radius) => question.area && question.set({ ...question.area, radius })} onMiddle=${() => question.area && question.set({ ...question.area, ...middle() })} onClose=${() => question.set(null)} />`}
      <${InView} box=${state.box} clusters=${state.clusters} zoom=${state.zoom} onPick=${(/** @type {Cluster} */ cluster) => parts.current?.pick(cluster)} />
    </aside>
    <${TimeSlider} months=${months} span=${span} onSpan=${(/** @type {import('../lib/atlas.js').Span} */ next) => narrow({ since: next.since, until: next.until })} />
  </div>`;
}
