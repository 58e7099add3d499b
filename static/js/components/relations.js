// Who a sighting may have shown: those described alike and those seen nearby, side by side, and what to make of them.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { request } from '../lib/api.js';
import { number, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { mayDo } from '../lib/store.js';
import { CatChoice } from './cat-choice.js';
import { CatFace, coatOf } from './cat-face.js';
import { plateNumber, When } from './entry-card.js';
import { Icon } from './icon.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/api.js').Entry} Entry */
/** Another sighting, as either list tells of it. @typedef {{ id: number, nickname: string | null, text: string, place: string | null, createdAt: string, score: number, reasons: string[], distance?: number, catId?: number | null, catName?: string | null }} Other */

/** @param {any} row of /matches @returns {Other} */
export const ofMatch = (row) => ({
  id: row.candidate_id, nickname: row.candidate_nickname, text: row.candidate_text, place: row.candidate_location, createdAt: row.candidate_createdAt, score: row.score, reasons: row.reasons,
});
/** @param {any} row of /nearby @returns {Other} */
export const ofNearby = (row) => ({
  id: row.entry_id, nickname: row.nickname ?? null, text: row.text_preview, place: row.location ?? row.location_normalized, createdAt: row.created_at ?? row.createdAt, score: row.match_score,
  reasons: row.reasons, distance: row.distance_meters, catId: row.cat_id, catName: row.cat_name,
});

/** Why two are alike, in the person's language; what is not known to us stays as it was said. @param {string} reason */
export function reasonWords(reason) {
  const apart = reason.match(/^Seen (\d+) m apart$/);
  if (apart) return t('seenApart', { m: number(Number(apart[1])) });
  const alike = reason.match(/^(Described|Places named) alike: (.*)$/);
  if (alike) return t(alike[1] === 'Described' ? 'describedAlike' : 'placesAlike', { words: alike[2] });
  return reason === 'Nothing known in common' ? t('nothingAlike') : reason;
}

/** How alike two are, for eyes and for screen readers. @param {{ score: number }} props */
const Score = ({ score }) => html`<span class="score"><meter min="0" max="1" value=${score} aria-label=${t('likeness')}></meter><span>${t('percent', { n: number(Math.round(score * 100)) })}</span></span>`;

/** @param {{ other: Other, isChosen: boolean, isApart: boolean, mayLink: boolean, onChoose: () => void, onApart: () => void }} props */
function OtherRow({ other, isChosen, isApart, mayLink, onChoose, onApart }) {
  const name = other.nickname ?? other.catName ?? t('unnamed');
  // How far apart they are is said already.
  const reasons = other.distance === undefined ? other.reasons : other.reasons.filter((reason) => !/^Seen \d+ m apart$/.test(reason));
  return html`<li class="other" data-apart=${isApart}>
    <span class="thumb" aria-hidden="true"><${CatFace} coat=${coatOf(other)} seed=${other.id} /></span>
    <div class="other-text"><p><a href=${`/entries/${other.id}`} dir="auto"><strong>${name}</strong></a> <span class="no-line">${plateNumber(other.id)}</span>${other.catName && other.nickname && html` <span class="badge">${other.catName}</span>`}</p>
      <p class="clip" dir="auto">${other.text}</p>
      <p class="reasons">${other.distance !== undefined && html`<b>${t('metres', { m: number(Math.round(other.distance)) })}</b> `}${reasons.map(reasonWords).join(' · ')}</p>
      <p class="when"><${When} stored=${other.createdAt} /></p></div>
    <div class="verdict"><${Score} score=${other.score} />
      ${mayLink && html`<label class="check"><input type="checkbox" checked=${isChosen} disabled=${isApart} onChange=${onChoose} /><span>${t('same')}<span class="unseen"> ${name} ${plateNumber(other.id)}</span></span></label>
        <button type="button" class="quiet apart" aria-pressed=${isApart} onClick=${onApart}><${Icon} name="apart" />${t('notSame')}<span class="unseen"> ${name} ${plateNumber(other.id)}</span></button>`}</div>
  </li>`;
}

/** @param {{ title: string, none: string, others: Other[] | null, row: (other: Other) => any, testid: string }} props */
const List = ({ title, none, others, row, testid }) => html`<section class="panel" aria-label=${title} aria-busy=${others === null} data-testid=${testid}><h2>${title}</h2>
  ${others === null ? html`<div class="ghost"><i></i><i></i></div>` : others.length ? html`<ul class="others">${others.map(row)}</ul>` : html`<p>${none}</p>`}</section>`;

/** @param {{ entry: Entry, onChange: () => void }} props */
export function Relations({ entry, onChange }) {
  const [similar, setSimilar] = useState(/** @type {Other[] | null} */ (null));
  const [nearby, setNearby] = useState(/** @type {Other[] | null} */ (null));
  const [apart, setApart] = useState(/** @type {number[]} */ ([]));
  const [chosen, setChosen] = useState(/** @type {number[]} */ ([]));
  const [trouble, setTrouble] = useState('');
  const isPlaced = entry.location_lat !== null && entry.location_lon !== null;
  const mayLink = mayDo('link', entry.created_by ?? null);

  const load = async () => {
    try {
      const [matches, around, told] = await Promise.all([
        request(`/entries/${entry.id}/matches?top_k=10`),
        isPlaced ? request(`/entries/${entry.id}/nearby?radius_meters=1000`) : { body: [] },
        request(`/entries/${entry.id}/not-same`),
      ]);
      setSimilar(matches.body.map(ofMatch));
      // What is known of a sighting from the one list is told in the other, too.
      const nicknames = new Map(matches.body.map((/** @type {any} */ row) => [row.candidate_id, row.candidate_nickname]));
      setNearby(around.body.map((/** @type {any} */ row) => ofNearby({ ...row, nickname: nicknames.get(row.entry_id) })));
      setApart(told.body.not_same);
      setTrouble('');
    } catch (error) {
      setTrouble(explain(error).message);
    }
  };
  useEffect(() => void load(), [entry.id, entry.text, entry.location_lat, entry.cat_id]);

  /** @param {number} id */
  const choose = (id) => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  /** @param {number} id */
  const tellApart = async (id) => {
    const was = apart.includes(id);
    setApart(was ? apart.filter((other) => other !== id) : [...apart, id]);
    setChosen(chosen.filter((other) => other !== id));
    try {
      await request(`/entries/${entry.id}/not-same/${id}`, was ? 'DELETE' : 'POST');
    } catch (error) {
      setApart(apart);
      toast(explain(error).message, 'bad');
    }
  };
  const row = (/** @type {Other} */ other) => html`<${OtherRow} key=${other.id} other=${other} isChosen=${chosen.includes(other.id)} isApart=${apart.includes(other.id)} mayLink=${mayLink}
    onChoose=${() => choose(other.id)} onApart=${() => tellApart(other.id)} />`;
  // Those who are no longer thought the same come last.
  const sorted = (/** @type {Other[] | null} */ others) => others && [...others].sort((a, b) => Number(apart.includes(a.id)) - Number(apart.includes(b.id)));
  const done = () => {
    setChosen([]);
    onChange();
  };
  return html`<div class="relations"><h2 class="band">${t('whoWasIt')}</h2>
    ${trouble && html`<p class="trouble" role="alert">${trouble} <button type="button" class="link" onClick=${load}>${t('retry')}</button></p>`}
    <${CatChoice} entry=${entry} chosen=${chosen} known=${[...(similar ?? []), ...(nearby ?? [])]} mayLink=${mayLink} onDone=${done} />
    <div class="lists">
      <${List} title=${t('similar')} none=${t('similarNone')} others=${sorted(similar)} row=${row} testid="similar" />
      <${List} title=${t('nearby')} none=${t(isPlaced ? 'nearbyNone' : 'nearbyNoPlace')} others=${sorted(nearby)} row=${row} testid="nearby" />
    </div></div>`;
}
