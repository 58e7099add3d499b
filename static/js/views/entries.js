// The pages `/` and `/entries`: the newest sightings, those that are looked for, and the form to log one.

import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { EntryCard } from '../components/entry-card.js';
import { EntryForm } from '../components/entry-form.js';
import { Icon } from '../components/icon.js';
import { Notice } from '../components/notice.js';
import { toast } from '../components/toasts.js';
import { askedBy, entries, failure, feed, isEverything, loadNewest, loadOlder, logged, older, total } from '../lib/feed.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { narrow, query, returnToScroll, useTitle } from '../lib/router.js';
import { mayDo } from '../lib/store.js';

/** @typedef {import('../lib/api.js').Entry} Entry */
/** @typedef {import('../lib/feed.js').Asked} Asked */

/** The shape of what is on its way. */
const Skeleton = () => html`<div class="plates" aria-hidden="true">
  ${[0, 1, 2, 3, 4, 5].map((n) => html`<div class="card blank" key=${n}><div class="plate"></div><div class="body"><i></i><i></i><i></i></div></div>`)}
</div>`;

/** @param {{ asked: Asked }} props */
function Failed({ asked }) {
  return html`<div role="alert" data-testid="feed-error"><${Notice} coat="blue" title=${t('loadFailed')} text=${explain(failure.value).message}>
    <button type="button" class="primary" onClick=${() => loadNewest(asked)}>${t('retry')}</button>
  <//></div>`;
}

/** The way to older sightings: it goes by itself once it comes near. @param {{ asked: Asked, onNews: (news: string) => void }} props */
function Older({ asked, onNews }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const reach = async () => {
    if (feed.value !== 'ready' || older.value === null) return;
    const hadFocus = document.activeElement === button.current;
    try {
      const found = await loadOlder(asked);
      onNews(t('olderLoaded', { n: found.length }));
      // Reading goes on where the new ones begin; the button may be gone.
      if (hadFocus) requestAnimationFrame(() => document.getElementById(`entry-${found[0]?.id}`)?.focus({ preventScroll: true }));
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
  };
  useEffect(() => {
    if (!button.current || typeof IntersectionObserver === 'undefined') return undefined;
    const near = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && reach(), { rootMargin: '500px' });
    near.observe(button.current);
    return () => near.disconnect();
  }, [asked, older.value]);
  if (older.value === null) return html`<p class="beginning">${t(isEverything(asked) ? 'beginning' : 'noMore')}</p>`;
  return html`<button type="button" class="older" ref=${button} data-testid="older-button" aria-disabled=${feed.value === 'reaching'} onClick=${reach}>
    ${t(feed.value === 'reaching' ? 'loadingOlder' : 'older')}</button>`;
}

/** Search as it is typed, once the typing pauses. */
function Search() {
  const said = query.value.get('q') ?? '';
  const [typed, setTyped] = useState(said);
  useEffect(() => setTyped(said), [said]);
  useEffect(() => {
    if (typed.trim() === said) return undefined;
    const pause = setTimeout(() => narrow({ q: typed.trim() }), 250);
    return () => clearTimeout(pause);
  }, [typed]);
  return html`<label class="search"><${Icon} name="search" /><span class="unseen">${t('search')}</span>
    <input type="search" value=${typed} placeholder=${t('search')} data-testid="search-input" enterkeyhint="search" onInput=${(/** @type {any} */ event) => setTyped(event.currentTarget.value)} /></label>`;
}

/** A part of what is asked for, to be taken away. @param {{ names: string[], children?: any }} props */
const Chip = ({ names, children }) => html`<button type="button" class="chip" onClick=${() => narrow(Object.fromEntries(names.map((name) => [name, null])), true)}>
  <span>${children}</span><${Icon} name="close" /><span class="unseen">${t('takeAway')}</span></button>`;

function Filters() {
  const show = query.value.get('show') ?? 'all';
  const wishes = /** @type {const} */ ([['all', t('all')], ['unlinked', t('unlinked')], ['favourites', t('favourites')]]);
  const dates = /** @type {const} */ ([['since', t('since')], ['until', t('until')]]);
  const hasDates = dates.some(([name]) => query.value.has(name));
  return html`<div class="filters" role="search" aria-label=${t('search')}>
    <${Search} />
    <fieldset class="seg"><legend class="unseen">${t('showing')}</legend>${wishes.map(([name, label]) => html`<label key=${name}>
      <input type="radio" name="show" checked=${show === name} onChange=${() => narrow({ show: name === 'all' ? null : name }, true)} /><span>${label}</span></label>`)}</fieldset>
    <details class="more" open=${hasDates}><summary>${t('dates')}</summary><div class="dates">${dates.map(([name, label]) => html`<label class="field" key=${name}><span>${label}</span>
      <input type="date" value=${query.value.get(name) ?? ''} onChange=${(/** @type {any} */ event) => narrow({ [name]: event.currentTarget.value }, true)} /></label>`)}</div></details>
    <p class="chips">
      ${query.value.has('cat') && html`<${Chip} names=${['cat']}>${t('ofCat', { id: query.value.get('cat') ?? '' })}<//>`}
      ${query.value.has('bbox') && html`<${Chip} names=${['bbox']}>${t('inArea')}<//>`}
    </p>
  </div>`;
}

/** @param {{ entry: Entry }} props */
const Plate = ({ entry }) => html`<li id=${`entry-${entry.id}`} tabindex="-1" data-new=${logged.value === entry.id}><${EntryCard} entry=${entry} /></li>`;

/** @param {{ asked: Asked }} props */
function Feed({ asked }) {
  const [news, setNews] = useState('');
  const shown = entries.value;
  const isLoading = feed.value === 'loading' && !shown.length;
  const isSettled = feed.value === 'ready' || feed.value === 'reaching';
  const all = isEverything(asked);
  return html`<section class="feed" aria-labelledby="feed-title" aria-busy=${!isSettled && feed.value !== 'failed'}>
    <h2 id="feed-title" class="unseen">${t('sightings')}</h2>
    <p class="unseen" role="status">${isLoading ? t('loading') : news}</p>
    ${feed.value === 'failed' && html`<${Failed} asked=${asked} />`}
    <ol class="plates" data-testid="entry-list">${shown.map((entry) => html`<${Plate} key=${entry.id} entry=${entry} />`)}</ol>
    ${isLoading && html`<${Skeleton} />`}
    ${isSettled && !shown.length && html`<${Notice} coat=${all ? 'marmalade' : 'soot'} title=${t(all ? 'emptyTitle' : 'noneTitle')} text=${t(all ? 'emptyText' : 'noneText')} />`}
    ${isSettled && shown.length > 0 && html`<${Older} asked=${asked} onNews=${setNews} />`}
  </section>`;
}

export function EntriesPage() {
  const asked = askedBy(query.value);
  const key = JSON.stringify(asked);
  useEffect(() => void loadNewest(asked).then(returnToScroll), [key]);
  useTitle(t('sightings'));
  return html`<div class="sheet">
    <header class="hero"><p class="kicker">${t('tagline')}</p><h1>${t('sightings')}</h1>
      <p class="count">${total.value ? t('total', { n: total.value }) : ''}</p></header>
    ${mayDo('log') && html`<${EntryForm} />`}
    <div class="found"><${Filters} /><${Feed} asked=${asked} /></div>
  </div>`;
}
