// A slider of months under the map: how much was seen when, and from when to when it is shown.

import { html, useId } from '../../vendor/preact.js';
import { month as monthWords, number, t } from '../lib/i18n.js';
import { monthNumber } from '../lib/survey.js';

/** @param {string} month such as 2026-01 */
const words = (month) => monthWords(new Date(`${month}-01T00:00:00Z`));

/**
 * @param {{ months: { month: string, count: number }[], span: import('../lib/atlas.js').Span, onSpan: (span: import('../lib/atlas.js').Span, isDone: boolean) => void }} props
 * every month of the slider, and where its two thumbs are; null is at its end
 */
export function TimeSlider({ months, span, onSpan }) {
  const id = useId();
  const last = months.length - 1;
  if (last < 1) return null;
  const first = monthNumber(months[0].month);
  const at = (/** @type {string | null} */ month, /** @type {number} */ or) => (month ? Math.min(last, Math.max(0, monthNumber(month) - first)) : or);
  const [from, to] = [at(span.since, 0), at(span.until, last)];
  const most = Math.max(...months.map(({ count }) => count), 1);
  const move = (/** @type {number} */ nextFrom, /** @type {number} */ nextTo, /** @type {boolean} */ isDone) =>
    onSpan({ since: nextFrom === 0 ? null : months[nextFrom].month, until: nextTo === last ? null : months[nextTo].month }, isDone);
  const value = (/** @type {any} */ event) => Number(event.currentTarget.value);
  const thumb = (/** @type {string} */ label, /** @type {number} */ position, /** @type {(event: any, isDone: boolean) => void} */ onMove) => html`<input type="range" min="0" max=${last} step="1" value=${position}
    aria-label=${label} aria-valuetext=${words(months[position].month)} onInput=${(/** @type {any} */ event) => onMove(event, false)} onChange=${(/** @type {any} */ event) => onMove(event, true)} />`;
  const seen = months.slice(from, to + 1).reduce((sum, { count }) => sum + count, 0);
  return html`<div class="time" role="group" aria-labelledby=${id}>
    <p class="time-words"><strong id=${id}>${t('mapTime')}</strong> <span>${from === 0 && to === last ? t('mapAllTime') : t('mapSpan', { from: words(months[from].month), to: words(months[to].month) })}</span>
      <span class="soft">${t('mapSeen', { n: seen })}</span></p>
    <div class="time-track">
      <svg viewBox=${`0 0 ${months.length} 32`} preserveAspectRatio="none" aria-hidden="true">
        ${months.map(({ month, count }, n) => html`<rect key=${month} x=${n + 0.12} width=".76" y=${32 - 3 - (27 * count) / most} height=${3 + (27 * count) / most} data-in=${n >= from && n <= to} />`)}
      </svg>
      ${thumb(t('mapFrom'), from, (event, isDone) => move(Math.min(value(event), to), to, isDone))}
      ${thumb(t('mapTo'), to, (event, isDone) => move(from, Math.max(value(event), from), isDone))}
    </div>
    <p class="time-ends soft" aria-hidden="true"><span>${words(months[0].month)}</span><span>${number(most)}</span><span>${words(months[last].month)}</span></p>
  </div>`;
}
