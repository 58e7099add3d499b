// One sighting as a numbered plate of the atlas.

import { html, useState } from '../../vendor/preact.js';
import { hide, toggleMark } from '../lib/feed.js';
import { ago, moment, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { mayDo, now } from '../lib/store.js';
import { CatFace, coatOf, isAsleep, isEarTipped } from './cat-face.js';
import { Icon } from './icon.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/api.js').Entry} Entry */

/** "Nº 0042". @param {number} id */
export const plateNumber = (id) => t('number', { id: String(id).padStart(4, '0') });

/** The photo, where the content security policy lets it be shown: ours, or over https. @param {string | null} url */
export const shownPhoto = (url) => (url && /^(https:\/\/|\/photos\/)/i.test(url) ? url : null);

/** The light a sighting was logged in, by the clock of whoever looks. @param {Date} time */
export function lightOf(time) {
  const hour = time.getHours();
  if (hour >= 21 || hour < 5) return 'night';
  if (hour < 9) return 'dawn';
  return hour < 17 ? 'day' : 'dusk';
}

/** Where it might have been: roofs, a hedge, hills. */
const sceneries = [
  'M0 92l14-12 14 12v-9h10V74l16-12 16 12v14h12l15-13 15 13V70h8v8l14-11 14 11 12 9v33H0z',
  'M0 96c4-10 12-12 17-7 2-10 16-13 21-3 5-9 17-8 20 2 6-6 15-4 18 3 4-9 18-11 22-1 5-7 16-6 19 2 5-8 17-9 21 1 6-7 18-5 22 4v23H0z',
  'M0 90c18-16 34-20 52-8 14 8 22 6 36-6 18-14 34-12 50 2 9 8 15 9 22 7v35H0z',
];

/** The cat, drawn as its note tells, in the light of its hour. @param {{ entry: Entry }} props */
export function Drawing({ entry }) {
  const seed = entry.id;
  return html`<div class="scene" data-light=${lightOf(new Date(entry.createdAt))}>
    <svg class="scenery" viewBox="0 0 160 120" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <circle class="disc" cx=${(seed % 2 ? 24 : 122) + ((seed * 7) % 16)} cy=${34 + (seed % 3) * 5} r="10" /><path class="land" d=${sceneries[seed % sceneries.length]} /></svg>
    <${CatFace} coat=${coatOf(entry)} seed=${seed} asleep=${isAsleep(entry.text)} tipped=${isEarTipped(entry.text)} />
  </div>`;
}

/** Text longer than this, or of more lines, is shown folded. */
const isLong = (/** @type {string} */ text) => text.length > 260 || text.split('\n').length > 6;

/** @param {{ text: string }} props */
function Note({ text }) {
  const [open, setOpen] = useState(false);
  const folded = isLong(text) && !open;
  return html`<p class="note" data-folded=${folded} dir="auto">${text}</p>
    ${folded && html`<button type="button" class="link" onClick=${() => setOpen(true)}>${t('readAll')}</button>`}`;
}

/** @param {{ entry: Entry, name: string, show?: (entry: Entry) => void }} props `show` shows it as it is now */
export function Favourite({ entry, name, show }) {
  if (!mayDo('favor', entry.created_by ?? null)) return entry.isFavorite ? html`<span class="mark" role="img" aria-label=${t('favourite')}>★</span>` : null;
  const toggle = () => toggleMark(entry, show).catch((error) => toast(explain(error).message, 'bad'));
  return html`<button type="button" class="quiet icon mark" aria-pressed=${entry.isFavorite} aria-label=${t('favour', { name })} onClick=${toggle}>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.200l2.700 5.600 6.100.8-4.500 4.200 1.100 6.100L12 16.900l-5.400 3 1.100-6.100L3.200 9.600l6.100-.8z" /></svg>
  </button>`;
}

/** How long ago, and when exactly. An adopted database may hold what no clock reads: that is shown as it stands. @param {{ stored: string }} props */
export function When({ stored }) {
  const time = new Date(stored);
  if (Number.isNaN(time.getTime())) return html`<span>${stored}</span>`;
  return html`<time datetime=${stored}><span>${ago(time, now.value)}</span> <span>${moment(time)}</span></time>`;
}

/** The photo, or the drawing where there is none or it does not load. @param {{ entry: Entry, name: string, isLarge?: boolean }} props */
export function Picture({ entry, name, isLarge = false }) {
  const [isBroken, setIsBroken] = useState(false);
  const photo = isBroken ? null : shownPhoto(entry.photo_url);
  const small = photo?.match(/^(.*\/photos\/[0-9a-f]{64})$/) ? `${photo}/thumb` : photo;
  return html`<div class="plate">
    ${photo
      ? html`<img src=${isLarge ? photo : small} alt=${t('photoOf', { name })} loading=${isLarge ? 'eager' : 'lazy'} decoding="async" referrerpolicy="no-referrer" onError=${() => setIsBroken(true)} />`
      : html`<${Drawing} entry=${entry} />`}
    <span class="no">${plateNumber(entry.id)}</span>
  </div>`;
}

/** Takes a sighting away, with time to think again. @param {Entry} entry @param {(isGone: boolean) => void} [hidden] */
export async function removeEntry(entry, hidden = (isGone) => hide(entry, isGone)) {
  const { removeWithUndo } = await import('./removal.js');
  removeWithUndo({ path: `/entries/${entry.id}`, said: t('removed', { number: plateNumber(entry.id) }), hide: hidden });
}

/** @param {{ entry: Entry, name: string }} props */
function Deeds({ entry, name }) {
  const owner = entry.created_by ?? null;
  if (!mayDo('edit', owner) && !mayDo('delete', owner)) return null;
  return html`<span class="deeds">
    ${mayDo('edit', owner) && html`<a class="quiet icon" href=${`/entries/${entry.id}?edit=1`} aria-label=${t('edit', { name })}><${Icon} name="pen" /></a>`}
    ${mayDo('delete', owner) && html`<button type="button" class="quiet icon" aria-label=${t('remove', { name })} onClick=${() => removeEntry(entry)}><${Icon} name="bin" /></button>`}
  </span>`;
}

const Pin = () => html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.500a5 5 0 0 0-5 5c0 3.600 5 8 5 8s5-4.400 5-8a5 5 0 0 0-5-5zm0 7a2 2 0 1 1 0-4 2 2 0 0 1 0 4z" /></svg>`;
/** @param {{ place: string | null }} props */
export const Where = ({ place }) => (place ? html`<span class="where" dir="auto"><${Pin} />${place}</span>` : null);

/** @param {{ entry: Entry }} props */
export function EntryCard({ entry }) {
  const name = entry.nickname ?? t('unnamed');
  return html`<article class="card" aria-labelledby=${`name-${entry.id}`}>
    <${Picture} entry=${entry} name=${name} />
    <div class="body">
      <div class="title"><h3 id=${`name-${entry.id}`} class=${entry.nickname ? '' : 'unnamed'} dir="auto"><a href=${`/entries/${entry.id}`}>${name}</a></h3><${Favourite} entry=${entry} name=${name} /></div>
      <${Note} text=${entry.text} />
      <footer><${Where} place=${entry.location ?? entry.location_normalized} /><div class="last"><${When} stored=${entry.createdAt} /><${Deeds} entry=${entry} name=${name} /></div></footer>
    </div>
  </article>`;
}
