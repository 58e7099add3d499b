// The gallery of cats.

import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { Notice } from '../components/notice.js';
import { Photo } from '../components/photo.js';
import { toast } from '../components/toasts.js';
import { list, request } from '../lib/api.js';
import { ago, number, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { go, returnToScroll, useTitle } from '../lib/router.js';
import { mayDo, now } from '../lib/store.js';

/**
 * @typedef {{ id: number, name: string | null, createdAt: string, sightings_count: number, photo_url: string | null,
 *   latest: { nickname: string | null, text_preview: string, location: string | null, created_at: string } | null }} CatPlate
 */

const PAGE = 24;
/** What was shown when the page was left, for those who come back. */
let kept = /** @type {{ cats: CatPlate[], older: number | null, total: number | null } | null} */ (null);

/** @param {{ cat: CatPlate }} props */
function Plate({ cat }) {
  const { latest } = cat;
  const name = cat.name ?? t('unnamed');
  const seen = latest && new Date(latest.created_at);
  return html`<li><a class="cat-plate" href=${`/cats/${cat.id}`}>
    <span class="portrait"><${Photo} url=${cat.photo_url} id=${cat.id} text=${latest?.text_preview} nickname=${cat.name ?? latest?.nickname} isSmall /></span>
    <span class="legend"><strong class=${cat.name ? '' : 'unnamed'} dir="auto">${name}</strong>
      <span>${t('catsSeen', { n: cat.sightings_count })}${seen && !Number.isNaN(seen.getTime()) ? html` · ${ago(seen, now.value)}` : ''}</span>
      ${latest?.location && html`<span class="where-line" dir="auto">${latest.location}</span>`}</span>
  </a></li>`;
}

function NewCat() {
  const [isOpen, setIsOpen] = useState(false);
  const [trouble, setTrouble] = useState('');
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), [isOpen]);
  if (!mayDo('add_cat')) return null;
  if (!isOpen) return html`<button type="button" class="primary" onClick=${() => setIsOpen(true)}>${t('catsNew')}</button>`;
  const save = async (/** @type {any} */ event) => {
    event.preventDefault();
    try {
      const { body } = await request('/cats', 'POST', { name: field.current?.value.trim() || null });
      kept = null;
      go(`/cats/${body.id}`);
    } catch (error) {
      setTrouble(explain(error).message);
    }
  };
  return html`<form class="new-cat" onSubmit=${save}><label class="field"><span>${t('catsName')}</span><input name="name" maxlength="100" autocomplete="off" ref=${field} dir="auto" /></label>
    <button class="primary">${t('catsAdd')}</button><button type="button" onClick=${() => setIsOpen(false)}>${t('catsCancel')}</button>
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}</form>`;
}

export default function CatsPage() {
  useTitle(t('catsTitle'));
  const [shown, setShown] = useState(kept);
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [isReaching, setIsReaching] = useState(false);
  const show = (/** @type {NonNullable<typeof kept>} */ next) => {
    kept = next;
    setShown(next);
  };
  const load = () => {
    setError(null);
    return list('/cats/gallery', { limit: Math.max(PAGE, kept?.cats.length ?? 0) }).then(({ rows, older, total }) => show({ cats: rows, older, total }), setError);
  };
  useEffect(() => {
    if (shown) returnToScroll();
    void load();
  }, []);
  const reach = async () => {
    if (isReaching || !shown) return;
    setIsReaching(true);
    try {
      const { rows, older, total } = await list('/cats/gallery', { limit: PAGE, before: shown.older });
      show({ cats: [...shown.cats, ...rows], older, total });
    } catch (failure) {
      toast(explain(failure).message, 'bad');
    }
    setIsReaching(false);
  };
  return html`<div class="sheet one cats">
    <header class="hero"><h1>${t('catsTitle')}</h1><p class="count" role="status">${shown ? t('catsTotal', { n: shown.total ?? shown.cats.length }) : t('loadingCats')}</p></header>
    <${NewCat} />
    ${!shown && error ? html`<div role="alert"><${Notice} coat="blue" title=${t('catsFailed')} text=${explain(error).message}><button type="button" class="primary" onClick=${load}>${t('retry')}</button><//></div>` : ''}
    ${!shown && !error && html`<ul class="gallery blank-gallery" aria-hidden="true">${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => html`<li key=${n}><span class="cat-plate"><span class="portrait"></span><span class="legend"><i></i><i></i></span></span></li>`)}</ul>`}
    ${shown && !shown.cats.length && html`<${Notice} coat="tabby" title=${t('catsNone')} text=${t('catsNoneText')} />`}
    ${shown && shown.cats.length > 0 && html`<ul class="gallery" data-testid="cat-gallery">${shown.cats.map((cat) => html`<${Plate} key=${cat.id} cat=${cat} />`)}</ul>`}
    ${shown && shown.older !== null && html`<button type="button" class="older" aria-disabled=${isReaching} onClick=${reach}>${t('catsMore', { n: number(Math.max(0, (shown.total ?? 0) - shown.cats.length)) })}</button>`}
  </div>`;
}
