// One figure over the last hour: a line, its bounds, and its newest value in words.

import { html } from '../../vendor/preact.js';
import { number, t } from '../lib/i18n.js';

/** Width and height of the drawing, in its own units. */
const WIDE = 300;
const HIGH = 90;

/** The line through values from left to right, newest last; `places` is how many values fill the width. @param {number[]} values @param {number} most the value at the top @param {number} places */
export function lineThrough(values, most, places) {
  const x = (/** @type {number} */ n) => (WIDE * (places - values.length + n)) / Math.max(1, places - 1);
  const y = (/** @type {number} */ value) => HIGH - (HIGH * value) / (most || 1);
  return values.map((value, n) => `${n ? 'L' : 'M'}${x(n).toFixed(1)} ${y(value).toFixed(1)}`).join('');
}

/** @param {{ title: string, unit: string, values: number[], places: number }} props */
export function Chart({ title, unit, values, places }) {
  const most = Math.max(0, ...values);
  const say = (/** @type {number} */ value) => `${number(value >= 100 ? Math.round(value) : Math.round(value * 10) / 10)} ${unit}`;
  const last = values.at(-1) ?? 0;
  const line = lineThrough(values, most, places);
  const start = line.match(/^M([\d.-]+)/)?.[1] ?? '0';
  return html`<figure class="chart"><figcaption><span>${title}</span><strong>${say(last)}</strong></figcaption>
    <svg viewBox=${`0 -4 ${WIDE} ${HIGH + 8}`} preserveAspectRatio="none" role="img" aria-label=${t('chartText', { title, last: say(last), most: say(most) })}>
      <path class="ground" d=${`M0 ${HIGH}h${WIDE}M0 0h${WIDE}M0 ${HIGH / 2}h${WIDE}`} />
      ${values.length > 1 && html`<path class="area" d=${`${line}L${WIDE} ${HIGH}L${start} ${HIGH}Z`} /><path class="line" d=${line} />`}
    </svg><p class="span"><span>${t('hourAgo')}</span><span>${t('atMost', { most: say(most) })}</span><span>${t('justNow')}</span></p></figure>`;
}
