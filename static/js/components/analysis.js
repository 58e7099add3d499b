// What a note says: its mood, the words that stand out, and a line that sums it up.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { request } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { mayDo } from '../lib/store.js';
import { toast } from './toasts.js';

/** @typedef {{ summary: string, tags: string[], sentiment: string }} Found */

/** @type {Record<string, import('../lib/i18n.js').Key>} */
const moods = { positive: 'moodPositive', negative: 'moodNegative', neutral: 'moodNeutral' };

/** @param {{ entry: import('../lib/api.js').Entry }} props */
export function Analysis({ entry }) {
  const [found, setFound] = useState(/** @type {Found | null | undefined} */ (undefined));
  const [isAsking, setIsAsking] = useState(false);
  const [isOn, setIsOn] = useState(true);
  useEffect(() => {
    request('/flags').then(({ body }) => setIsOn(body.ai_analysis), () => {});
    request(`/entries/${entry.id}/analyses`).then(({ body }) => setFound(body[0] ?? null), () => setFound(null));
  }, [entry.id]);
  const mayAsk = isOn && mayDo('analyze');
  const ask = async () => {
    if (isAsking) return;
    setIsAsking(true);
    try {
      setFound((await request(`/entries/${entry.id}/analyze`, 'POST')).body);
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
    setIsAsking(false);
  };
  if (found === null && !mayAsk) return null;
  return html`<section class="panel" aria-labelledby="analysis-title" aria-busy=${found === undefined}><h2 id="analysis-title">${t('analysisTitle')}</h2>
    ${found === null && html`<p>${t('analysisNone')}</p>`}
    ${found && html`<blockquote class="summary" dir="auto">${found.summary}</blockquote>
      <p class="mood" data-mood=${found.sentiment}>${moods[found.sentiment] ? t(moods[found.sentiment]) : found.sentiment}</p>
      ${found.tags.length > 0 && html`<ul class="tags" aria-label=${t('tags')}>${found.tags.map((tag) => html`<li key=${tag}><a href=${`/?q=${encodeURIComponent(tag)}`}>${tag}</a></li>`)}</ul>`}`}
    ${mayAsk && found !== undefined && html`<p><button type="button" aria-disabled=${isAsking} data-testid="analyze-button" onClick=${ask}>${t(isAsking ? 'analyzing' : found ? 'analyzeAgain' : 'analyze')}</button></p>`}
  </section>`;
}
