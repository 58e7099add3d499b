// The page of one sighting: what was seen, where, what the note says, and who it may have been.

import { html, signal, useEffect, useState } from '../../vendor/preact.js';
import { Analysis } from '../components/analysis.js';
import { EntryEdit } from '../components/entry-edit.js';
import { Favourite, Picture, plateNumber, removeEntry, When, Where } from '../components/entry-card.js';
import { Icon } from '../components/icon.js';
import { Notice } from '../components/notice.js';
import { PlacePlan } from '../components/place-plan.js';
import { Relations } from '../components/relations.js';
import { toast } from '../components/toasts.js';
import { request } from '../lib/api.js';
import { hide, replace } from '../lib/feed.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { go, narrow, query, useTitle } from '../lib/router.js';
import { mayDo } from '../lib/store.js';

/** @typedef {import('../lib/api.js').Entry} Entry */

/** The sighting that is shown, and why there is none. */
const entry = signal(/** @type {Entry | null} */ (null));
const failure = signal(/** @type {any} */ (null));

/** Shows it as it is now, here and in the feed. @param {Entry} changed */
const show = (changed) => {
  entry.value = changed;
  replace(changed);
};

/** @param {number | null} id */
async function load(id) {
  if (entry.value?.id !== id) entry.value = null;
  failure.value = null;
  try {
    entry.value = (await request(`/entries/${id}`)).body;
  } catch (error) {
    failure.value = error;
  }
}

/** What became of looking a place up. @type {Record<string, import('../lib/i18n.js').Key>} */
const lookedUp = { success: 'placeFound', fallback: 'placeGuessed', already_normalized: 'placeFound', not_found: 'placeUnknown', no_location: 'placeUnknown', error: 'placeTrouble' };

/** Where it was: on a plan if that is known, else the way to find out. @param {{ shown: Entry }} props */
function Place({ shown }) {
  const [isAsking, setIsAsking] = useState(false);
  const lookUp = async () => {
    setIsAsking(true);
    try {
      const { status } = (await request(`/entries/${shown.id}/normalize-location`, 'POST')).body;
      toast(t(lookedUp[status] ?? 'placeTrouble'), status === 'success' || status === 'fallback' ? 'good' : 'bad');
      await load(shown.id);
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
    setIsAsking(false);
  };
  const isKnown = shown.location_lat !== null && shown.location_lon !== null;
  if (!shown.location && !isKnown) return null;
  return html`<section class="panel" aria-labelledby="place-title"><h2 id="place-title">${t('placeTitle')}</h2>
    <p><${Where} place=${shown.location ?? shown.location_normalized} /></p>
    ${isKnown
      ? html`<${PlacePlan} entry=${shown} />`
      : mayDo('analyze') && html`<p>${t('placeNotOnMap')}</p><p><button type="button" aria-disabled=${isAsking} onClick=${lookUp}>${t(isAsking ? 'lookingUp' : 'lookUp')}</button></p>`}
  </section>`;
}

/** @param {{ shown: Entry, name: string }} props */
function Head({ shown, name }) {
  const owner = shown.created_by ?? null;
  const remove = async () => {
    await removeEntry(shown, (isGone) => hide(shown, isGone));
    go('/');
  };
  return html`<header class="hero"><p class="kicker">${plateNumber(shown.id)}</p>
    <div class="title"><h1 class=${shown.nickname ? '' : 'unnamed'} dir="auto">${name}</h1><${Favourite} entry=${shown} name=${name} show=${show} /></div>
    <p class="count"><${When} stored=${shown.createdAt} /></p>
    <p class="acts">
      ${mayDo('edit', owner) && html`<button type="button" onClick=${() => narrow({ edit: '1' })}><${Icon} name="pen" />${t('editIt')}</button>`}
      ${mayDo('delete', owner) && html`<button type="button" onClick=${remove}><${Icon} name="bin" />${t('deleteIt')}</button>`}
    </p>
  </header>`;
}

/** @param {{ id: number | null }} props */
export default function EntryPage({ id }) {
  useEffect(() => void load(id), [id]);
  const shown = entry.value?.id === id ? entry.value : null;
  const name = shown?.nickname ?? t('unnamed');
  useTitle(shown ? `${name}, ${plateNumber(shown.id)}` : t('sighting'));
  if (failure.value) {
    const isGone = failure.value.status === 404;
    return html`<div class="sheet one" role="alert"><${Notice} coat="blue" title=${t(isGone ? 'entryGone' : 'entryFailed')} text=${explain(failure.value).message}>
      ${isGone ? html`<a class="button primary" href="/">${t('sightings')}</a>` : html`<button type="button" class="primary" onClick=${() => load(id)}>${t('retry')}</button>`}<//></div>`;
  }
  if (!shown) return html`<div class="sheet one" aria-busy="true"><p class="unseen" role="status">${t('loading')}</p><div class="ghost"><i></i><i></i><i></i></div></div>`;
  const isEditing = query.value.has('edit') && mayDo('edit', shown.created_by ?? null);
  const stop = () => narrow({ edit: null });
  return html`<div class="sheet one sighting" data-testid="sighting">
    <${Head} shown=${shown} name=${name} />
    <div class="seen">
      <article class="card large" aria-label=${name}><${Picture} entry=${shown} name=${name} isLarge />
        ${isEditing ? html`<${EntryEdit} entry=${shown} onDone=${(/** @type {Entry} */ changed) => (show(changed), stop())} onCancel=${stop} />` : html`<p class="note" dir="auto" data-testid="note">${shown.text}</p>`}</article>
      <div class="beside"><${Place} shown=${shown} /><${Analysis} entry=${shown} key=${`${shown.id} ${shown.text}`} /></div>
    </div>
    <${Relations} entry=${shown} onChange=${() => load(id)} key=${shown.id} />
  </div>`;
}
