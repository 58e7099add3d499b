// Which cat a sighting shows: the one it is linked to, one of those there are, or a new one.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { request } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { mayDo } from '../lib/store.js';
import { Icon } from './icon.js';
import { toast } from './toasts.js';

/** @typedef {{ id: number, name: string | null }} Cat */

/** What a cat is called. @param {Cat} cat */
export const catName = (cat) => cat.name ?? t('catNumber', { id: cat.id });

/** @param {{ entry: import('../lib/api.js').Entry, chosen: number[], known: import('./relations.js').Other[], mayLink: boolean, onDone: () => void }} props */
export function CatChoice({ entry, chosen, known, mayLink, onDone }) {
  const [cats, setCats] = useState(/** @type {Cat[]} */ ([]));
  const [own, setOwn] = useState(/** @type {Cat | null} */ (null));
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    if (mayLink) request('/cats?limit=1000').then(({ body }) => setCats(body), () => {});
  }, [mayLink, entry.cat_id]);
  useEffect(() => {
    setOwn(null);
    if (entry.cat_id) request(`/cats/${entry.cat_id}`).then(({ body }) => setOwn(body), () => {});
  }, [entry.cat_id]);

  /** @param {() => Promise<any>} act @param {(body: any) => string} said */
  const change = async (act, said) => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      toast(said((await act()).body));
      onDone();
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
    setIsBusy(false);
  };
  const ids = [entry.id, ...chosen];
  const linkTo = (/** @type {number} */ cat) => change(() => request(`/cats/${cat}/link-sightings`, 'POST', { entry_ids: ids }), () => t('linked', { n: ids.length }));
  const onLink = (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const cat = Number(new FormData(event.currentTarget).get('cat'));
    if (cat) void linkTo(cat);
  };
  const onNew = (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    return change(() => request('/cats/from-sightings', 'POST', { entry_ids: ids, name: name || null }), () => t('catMade', { n: ids.length }));
  };
  // The cat that those chosen belong to already is the likeliest.
  const likely = entry.cat_id ?? known.find(({ id, catId }) => chosen.includes(id) && catId)?.catId ?? '';
  if (!mayLink && !own) return null;
  return html`<section class="panel cat-choice" aria-label=${t('whichCat')}>
    <p class="own">${own ? html`${t('isCat')} <a href=${`/cats/${own.id}`} data-testid="own-cat"><strong>${catName(own)}</strong></a>` : t('isNoCat')}</p>
    ${mayLink && html`<p class="picked-count" role="status">${chosen.length ? t('chosenToo', { n: chosen.length }) : t('chooseBelow')}</p><div class="choices">
      ${cats.length > 0 && html`<form onSubmit=${onLink}><label class="field"><span>${t('linkToCat')}</span><select name="cat" key=${likely} defaultValue=${likely} required>
          <option value="">${t('chooseCat')}</option>${cats.map((cat) => html`<option key=${cat.id} value=${cat.id} selected=${cat.id === likely}>${catName(cat)}</option>`)}</select></label>
        <button aria-disabled=${isBusy}><${Icon} name="link" />${t('link')}</button></form>`}
      ${mayDo('add_cat') && html`<form onSubmit=${onNew}><label class="field"><span>${t('newCat')} <small>${t('optional')}</small></span><input name="name" maxlength="100" dir="auto" placeholder=${entry.nickname ?? t('nicknameExample')} /></label>
        <button class="primary" aria-disabled=${isBusy}><${Icon} name="plus" />${t('makeCat')}</button></form>`}
    </div>`}
  </section>`;
}
