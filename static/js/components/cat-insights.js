// What the notes about a cat ask for, in four modes, each with the notes it rests on.

import { html, useState } from '../../vendor/preact.js';
import { day, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { insightOn } from '../lib/profile.js';
import { mayDo } from '../lib/store.js';

const modes = /** @type {const} */ (['profile', 'care', 'update', 'risk']);
const names = /** @type {const} */ ({ profile: 'catModeProfile', care: 'catModeCare', update: 'catModeUpdate', risk: 'catModeRisk' });

/** @param {{ insight: import('../lib/profile.js').Insight }} props */
function Told({ insight }) {
  const percent = Math.round(insight.confidence * 100);
  return html`<div class="told" data-testid="insight">
    <h3>${insight.headline}</h3><p>${insight.summary}</p>
    ${insight.flags.length > 0 && html`<ul class="flags">${insight.flags.map((flag) => html`<li key=${flag}>${flag}</li>`)}</ul>`}
    <h4>${t('catDo')}</h4><ul class="actions">${insight.suggested_actions.map((action) => html`<li key=${action}>${action}</li>`)}</ul>
    <h4>${t('catNotes')}</h4>
    <ol class="citations">${insight.citations.map(({ entry_id, quote, createdAt }) => {
      const time = new Date(createdAt);
      return html`<li key=${entry_id}><a href=${`/entries/${entry_id}`}><q dir="auto">${quote}</q> <small>${Number.isNaN(time.getTime()) ? createdAt : day(time)}</small></a></li>`;
    })}</ol>
    <p class="soft">${t('catSure', { n: percent })} <meter min="0" max="100" value=${percent} aria-hidden="true"></meter></p>
  </div>`;
}

/** @param {{ id: number, hasSightings: boolean }} props */
export function CatInsights({ id, hasSightings }) {
  const [mode, setMode] = useState(/** @type {typeof modes[number]} */ ('profile'));
  const [question, setQuestion] = useState('');
  const [told, setTold] = useState(/** @type {Record<string, import('../lib/profile.js').Insight>} */ ({}));
  const [isAsking, setIsAsking] = useState(false);
  const [trouble, setTrouble] = useState('');
  if (!hasSightings) return html`<p class="soft">${t('catNoInsight')}</p>`;
  const ask = async (/** @type {any} */ event) => {
    event.preventDefault();
    if (isAsking) return;
    setIsAsking(true);
    setTrouble('');
    try {
      const insight = await insightOn(id, mode, question.trim());
      setTold((before) => ({ ...before, [mode]: insight }));
    } catch (error) {
      setTrouble(explain(error).message);
    }
    setIsAsking(false);
  };
  return html`<form class="ask" onSubmit=${ask}>
      <div class="seg" role="radiogroup" aria-label=${t('catInsights')}>${modes.map((name) => html`<label key=${name}><input type="radio" name="mode" value=${name} checked=${mode === name} onChange=${() => setMode(name)} /><span>${t(names[name])}</span></label>`)}</div>
      ${mayDo('analyze') && html`<label class="field"><span>${t('catQuestion')} <small>${t('optional')}</small></span><input name="question" maxlength="500" autocomplete="off" dir="auto" value=${question} onInput=${(/** @type {any} */ event) => setQuestion(event.currentTarget.value)} /></label>
      <button class="primary" aria-disabled=${isAsking}>${t(isAsking ? 'catAskingNotes' : 'catAskNotes')}</button>`}
    </form>
    <div role="status">${trouble && html`<p class="trouble">${trouble}</p>`}${told[mode] && html`<${Told} insight=${told[mode]} />`}</div>`;
}
