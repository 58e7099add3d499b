// Beside the map, the same in words: what is in view, who lives in an area, and which sightings there may be one cat.

import { html, useState } from '../../vendor/preact.js';
import { ago, number, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { mayDo, now } from '../lib/store.js';
import { bboxOf, degrees, residents } from '../lib/survey.js';
import { CatFace, coatOf, isAsleep, isEarTipped } from './cat-face.js';
import { plateNumber, shownPhoto } from './entry-card.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/atlas.js').Cluster} Cluster */
/** @typedef {import('../lib/atlas.js').Pin} Pin */

/** What a sighting on the map is called. @param {{ nickname?: string | null, cat_name?: string | null }} pin */
export const nameOfPin = ({ nickname, cat_name }) => cat_name ?? nickname ?? t('unnamed');

/** What a cluster is called. @param {Cluster} cluster @param {number} zoom */
export function nameOfCluster({ count, entry, lat, lon }, zoom) {
  return entry ? t('mapPin', { name: nameOfPin(entry), number: plateNumber(entry.entry_id) }) : t('mapCluster', { n: count, place: degrees({ lat, lon }, zoom) });
}

/** @param {{ stored: string }} props */
const When = ({ stored }) => {
  const time = new Date(stored);
  return html`<time datetime=${stored}>${Number.isNaN(time.getTime()) ? stored : ago(time, now.value)}</time>`;
};

/** One sighting in short, over the map. @param {{ pin: Pin, onClose: () => void }} props */
export function PinCard({ pin, onClose }) {
  const [isBroken, setIsBroken] = useState(false);
  const photo = isBroken ? null : shownPhoto(pin.photo_url);
  const described = { id: pin.entry_id, text: pin.text_preview, nickname: pin.nickname };
  return html`<article class="pin-card" aria-label=${nameOfPin(pin)}>
    <div class="pin-photo">${photo
      ? html`<img src=${photo} alt="" referrerpolicy="no-referrer" onError=${() => setIsBroken(true)} />`
      : html`<${CatFace} coat=${coatOf(described)} seed=${pin.entry_id} asleep=${isAsleep(pin.text_preview)} tipped=${isEarTipped(pin.text_preview)} />`}</div>
    <div class="pin-words">
      <p class="pin-no">${plateNumber(pin.entry_id)}</p>
      <h3 dir="auto"><a href=${`/entries/${pin.entry_id}`}>${nameOfPin(pin)}</a></h3>
      <p class="pin-text" dir="auto">${pin.text_preview}</p>
      <p class="soft"><${When} stored=${pin.created_at} />${pin.cat_id !== null && html` · <a href=${`/cats/${pin.cat_id}`}>${t('mapProfile')}</a>`}</p>
    </div>
    <button type="button" class="quiet icon" aria-label=${t('dismiss')} onClick=${onClose}><${Icon} name="close" /></button>
  </article>`;
}

/** How many lines are shown; the map shows the rest. */
const LINES = 40;

/** What is in view. @param {{ clusters: Cluster[], zoom: number, box: import('../lib/survey.js').Box | null, onPick: (cluster: Cluster) => void }} props */
export function InView({ clusters, zoom, box, onPick }) {
  return html`<section class="in-view" aria-labelledby="in-view-title">
    <h2 id="in-view-title">${t('mapInView')}</h2>
    ${!clusters.length && html`<p class="soft">${t('mapNothing')}</p>`}
    <ol data-testid="map-list">${clusters.slice(0, LINES).map((cluster) => {
      const { entry, count, lat, lon } = cluster;
      return html`<li key=${`${lat} ${lon}`}><button type="button" class="line-button" onClick=${() => onPick(cluster)}>
        <span class=${entry ? 'dot' : 'many'} data-linked=${Boolean(entry?.cat_id)} aria-hidden="true">${entry ? '' : number(count)}</span>
        ${entry
          ? html`<span><strong dir="auto">${nameOfPin(entry)}</strong> <small dir="auto">${entry.text_preview}</small></span>`
          : html`<span><strong>${t('mapSightings', { n: count })}</strong> <small>${degrees({ lat, lon }, zoom)}</small></span>`}
      </button></li>`;
    })}</ol>
    ${box && clusters.length > 0 && html`<p><a href=${`/?bbox=${bboxOf(box)}`}>${t('mapList')}</a></p>`}
    ${clusters.length > LINES && html`<p class="soft">${t('mapMore', { n: clusters.length - LINES })}</p>`}
  </section>`;
}

/**
 * @param {{ group: import('../lib/atlas.js').Group, isChosen: boolean, onChoose: () => void, onOneCat: () => Promise<void> }} props
 */
function GroupCard({ group, isChosen, onChoose, onOneCat }) {
  const [isSaving, setIsSaving] = useState(false);
  const [trouble, setTrouble] = useState('');
  const percent = Math.round(group.confidence * 100);
  const save = async () => {
    if (isSaving) return;
    setIsSaving(true);
    setTrouble('');
    await onOneCat().catch((error) => setTrouble(explain(error).message));
    setIsSaving(false);
  };
  return html`<li class="group" data-chosen=${isChosen} data-testid="group">
    <button type="button" class="line-button" aria-pressed=${isChosen} onClick=${onChoose}>
      <span class="percent" style=${`--share: ${percent}%`} aria-hidden="true"><b>${percent}</b></span>
      <span><strong dir="auto">${group.suggested_name ?? t('mapGroup')}</strong> <small>${t('mapGroupSize', { n: group.entry_ids.length, m: number(Math.ceil(group.radius_meters)) })} <span class="unseen">${t('mapConfidence', { n: percent })}</span></small></span>
    </button>
    ${mayDo('link') && html`<button type="button" class="primary" aria-disabled=${isSaving} onClick=${save}>${t('mapOneCat')}</button>`}
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
  </li>`;
}

/**
 * Who lives in an area.
 * @param {{ area: import('../lib/atlas.js').Area, found: Awaited<ReturnType<typeof import('../lib/atlas.js').askArea>> | null, error: unknown, chosen: number | null,
 *   onRadius: (radius: number) => void, onMiddle: () => void, onClose: () => void, onChoose: (groupId: number) => void, onOneCat: (group: import('../lib/atlas.js').Group) => Promise<void> }} props
 */
export function AreaPanel({ area, found, error, chosen, onRadius, onMiddle, onClose, onChoose, onOneCat }) {
  const cats = found ? residents(found.sightings) : [];
  return html`<section class="area" aria-labelledby="area-title" data-testid="area">
    <header><h2 id="area-title">${t('mapAsk')}</h2><button type="button" class="quiet icon" aria-label=${t('mapAskEnd')} onClick=${onClose}><${Icon} name="close" /></button></header>
    <p class="soft">${t('mapAskHow')}</p>
    <label class="field"><span>${t('mapRadius')} <output>${t('mapMetres', { n: number(area.radius) })}</output></span>
      <input type="range" min="50" max="3000" step="50" value=${area.radius} onInput=${(/** @type {any} */ event) => onRadius(Number(event.currentTarget.value))} /></label>
    <button type="button" onClick=${onMiddle}><${Icon} name="pin" /> ${t('mapMiddle')}</button>
    <div role="status" class="area-found">
      ${error ? html`<p class="trouble">${explain(error).message}</p>` : !found ? html`<p class="soft">${t('mapAsking')}</p>` : html`<p>${t('mapFound', { n: found.total })} <span class="soft">${t('mapFoundLoose', { n: found.unassigned })}</span></p>`}
    </div>
    ${cats.length > 0 && html`<h3>${t('mapCats')}</h3><ol class="residents">${cats.map((cat) => html`<li key=${cat.id}><a href=${`/cats/${cat.id}`}>
      <span class="frame-small" aria-hidden="true"><${CatFace} coat=${coatOf({ id: cat.id, text: '', nickname: cat.name })} seed=${cat.id} /></span>
      <span><strong dir="auto">${cat.name ?? t('unnamed')}</strong> <small>${t('mapSightings', { n: cat.count })} · <${When} stored=${cat.lastSeen} /></small></span></a></li>`)}</ol>`}
    ${found && found.groups.length > 0 && html`<h3>${t('mapGroups')}</h3><p class="soft">${t('mapGroupsHow')}</p>
      <ol class="groups">${found.groups.map((group) => html`<${GroupCard} key=${group.entry_ids.join()} group=${group} isChosen=${chosen === group.group_id} onChoose=${() => onChoose(group.group_id)} onOneCat=${() => onOneCat(group)} />`)}</ol>`}
    ${found && !found.total && html`<p class="soft">${t('mapNobody')}</p>`}
  </section>`;
}
