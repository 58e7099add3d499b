// How the atlas is doing, and what it lets one client do in a minute.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { request } from '../lib/api.js';
import { number, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { Chart } from './chart.js';

/** What one client may do a minute: writes are three tenths of the reads, analyses one tenth, and nothing is less than once. @param {number} reads */
export const limitsOf = (reads) => ({ reads, writes: Math.max(1, Math.floor(reads * 0.3)), analyses: Math.max(1, Math.floor(reads * 0.1)) });

/** @typedef {{ isWell: boolean, geocoder: string, failures: number, reads: number | null, sightings: number, cats: number }} State */

/** @returns {Promise<State>} */
async function ask() {
  const [health, geocoder, entries, cats] = await Promise.all(['/health', '/health/geocoding', '/entries?limit=1', '/cats?limit=1'].map((path) => request(path)));
  const reads = entries.headers.get('x-ratelimit-limit');
  return {
    isWell: health.body.status === 'ok', geocoder: geocoder.body.status, failures: geocoder.body.failure_count, reads: reads ? Number(reads) : null,
    sightings: Number(entries.headers.get('x-total-count')), cats: Number(cats.headers.get('x-total-count')),
  };
}

/** @param {{ label: string, value: string, mood?: string }} props */
const Figure = ({ label, value, mood }) => html`<div class="figure"><dt>${label}</dt><dd class=${mood ? 'mood' : ''} data-mood=${mood}>${value}</dd></div>`;

export function Health() {
  const [state, setState] = useState(/** @type {State | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const load = () => ask().then((found) => (setState(found), setTrouble('')), (error) => setTrouble(explain(error).message));
  useEffect(() => void load(), []);
  const geocoders = /** @type {Record<string, string>} */ ({ healthy: t('geocoderWell'), off: t('geocoderOff') });
  const limits = state?.reads ? limitsOf(state.reads) : null;
  return html`${trouble && html`<p class="trouble" role="alert">${trouble} <button type="button" class="link" onClick=${load}>${t('retry')}</button></p>`}
    <section class="panel" aria-labelledby="state-title" aria-busy=${!state && !trouble}><h2 id="state-title">${t('stateTitle')}</h2>
      ${state ? html`<dl class="figures"><${Figure} label=${t('service')} value=${t(state.isWell ? 'well' : 'unwell')} mood=${state.isWell ? 'positive' : 'negative'} />
        <${Figure} label=${t('geocoder')} value=${geocoders[state.geocoder] ?? t('geocoderRests', { n: state.failures })} mood=${state.geocoder === 'off' ? 'neutral' : state.geocoder === 'healthy' ? 'positive' : 'negative'} />
        <${Figure} label=${t('sightings')} value=${number(state.sightings)} /><${Figure} label=${t('cats')} value=${number(state.cats)} /></dl>` : html`<div class="ghost"><i></i><i></i></div>`}</section>
    ${state && html`<section class="panel" aria-labelledby="limits-title"><h2 id="limits-title">${t('limitsTitle')}</h2><p>${t(limits ? 'limitsText' : 'limitsOff')}</p>
      ${limits && html`<dl class="figures"><${Figure} label=${t('limitReads')} value=${number(limits.reads)} /><${Figure} label=${t('limitWrites')} value=${number(limits.writes)} /><${Figure} label=${t('limitAnalyses')} value=${number(limits.analyses)} /></dl>`}</section>`}
    <${LastHour} />`;
}

/** @typedef {{ requests: number, failures: number, mean_ms: number, active: number, waiting_writes: number, database_bytes: number, wal_bytes: number }} Sample */

/** The last hour, looked at again as often as there is a new sample. */
function LastHour() {
  const [hour, setHour] = useState(/** @type {{ every_seconds: number, samples: Sample[] } | null} */ (null));
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    const look = () => request('/admin/stats').then(({ body }) => (setHour(body), setTrouble('')), (error) => setTrouble(explain(error).message));
    void look();
    const again = setInterval(() => document.visibilityState === 'visible' && look(), 10_000);
    return () => clearInterval(again);
  }, []);
  const every = hour?.every_seconds ?? 10;
  const chart = (/** @type {string} */ title, /** @type {string} */ unit, /** @type {(sample: Sample) => number} */ of) =>
    html`<${Chart} title=${title} unit=${unit} values=${(hour?.samples ?? []).map(of)} places=${3600 / every} />`;
  return html`<section class="panel" aria-labelledby="hour-title" aria-busy=${!hour && !trouble} data-testid="charts"><h2 id="hour-title">${t('lastHour')}</h2>
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    ${hour && html`<div class="charts">${chart(t('chartRequests'), t('perSecond'), ({ requests }) => requests / every)}${chart(t('chartLatency'), 'ms', (sample) => sample.mean_ms)}
      ${chart(t('chartFailures'), '', ({ failures }) => failures)}${chart(t('chartWriter'), '', (sample) => sample.waiting_writes)}
      ${chart(t('chartActive'), '', ({ active }) => active)}${chart(t('chartDisk'), 'MB', (sample) => (sample.database_bytes + sample.wal_bytes) / 1e6)}</div>`}</section>`;
}
