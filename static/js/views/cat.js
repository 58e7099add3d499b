// The page of one cat: who it is, where and when it was seen, what people say of it.

import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { CatComments } from '../components/cat-comments.js';
import { CatInsights } from '../components/cat-insights.js';
import { plateNumber } from '../components/entry-card.js';
import { Icon } from '../components/icon.js';
import { Notice } from '../components/notice.js';
import { Photo } from '../components/photo.js';
import { toast } from '../components/toasts.js';
import { ApiError } from '../lib/api.js';
import { ago, day, month as monthWords, number, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { byMonth, profileOf, rename, sightingsOf } from '../lib/profile.js';
import { useTitle } from '../lib/router.js';
import { mayDo, now } from '../lib/store.js';

/** @typedef {import('../lib/profile.js').Profile} Profile */
/** @typedef {import('../lib/profile.js').Sighting} Sighting */

const tempers = /** @type {Record<string, import('../lib/i18n.js').Key>} */ ({ friendly: 'catFriendly', 'defensive / cautious': 'catCautious' });
/** @param {string | null} stored */
const timeOf = (stored) => (stored && !Number.isNaN(Date.parse(stored)) ? new Date(stored) : null);

/** The name, to be changed where it stands. @param {{ profile: Profile, onName: (name: string | null) => void }} props */
function Name({ profile: { cat }, onName }) {
  const [isOpen, setIsOpen] = useState(false);
  const [trouble, setTrouble] = useState('');
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const opener = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => {
    if (isOpen) field.current?.select();
  }, [isOpen]);
  const close = () => {
    setIsOpen(false);
    setTrouble('');
    requestAnimationFrame(() => opener.current?.focus());
  };
  const save = async (/** @type {any} */ event) => {
    event.preventDefault();
    const name = field.current?.value.trim() || null;
    try {
      if (name !== cat.name) {
        await rename(cat.id, name);
        onName(name);
      }
      close();
    } catch (error) {
      setTrouble(`${explain(error).message} ${t('kept')}`);
    }
  };
  if (isOpen) {
    return html`<form class="rename" onSubmit=${save} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && close()}>
      <label class="field"><span class="unseen">${t('catName')}</span><input ref=${field} name="name" defaultValue=${cat.name ?? ''} maxlength="100" autocomplete="off" dir="auto" data-testid="cat-name-input" /></label>
      <button class="primary">${t('catSave')}</button><button type="button" onClick=${close}>${t('catKeep')}</button>
      ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}</form>`;
  }
  return html`<h1 dir="auto" class=${cat.name ? '' : 'unnamed'} data-testid="cat-name">${cat.name ?? t('unnamed')}
    ${mayDo('rename') && html`<button type="button" ref=${opener} class="quiet icon" aria-label=${t('catRename')} onClick=${() => setIsOpen(true)}><${Icon} name="pen" /></button>`}</h1>`;
}

/** @param {{ profile: Profile }} props */
function Figures({ profile: { stats } }) {
  const [first, last] = [timeOf(stats.firstSeen), timeOf(stats.lastSeen)];
  const figure = (/** @type {string} */ label, /** @type {string} */ value) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`<dl class="figures" data-testid="cat-figures">
    ${figure(t('catSightings'), number(stats.totalSightings))}${figure(t('catPlaces'), number(stats.uniqueLocations))}${figure(t('catPhotos'), number(stats.photoCount))}
    ${first && figure(t('catFirstSeen'), day(first))}${last && figure(t('catLastSeen'), ago(last, now.value))}</dl>`;
}

/** @param {{ sightings: Sighting[] }} props */
function Months({ sightings }) {
  const months = byMonth(sightings);
  if (months.length < 2) return null;
  const most = Math.max(...months.map(({ count }) => count));
  const words = (/** @type {string} */ name) => monthWords(new Date(`${name}-01T00:00:00Z`));
  return html`<figure class="months"><svg viewBox=${`0 0 ${months.length} 20`} preserveAspectRatio="none" role="img" aria-label=${months.filter(({ count }) => count).map(({ month, count }) => `${words(month)}: ${count}`).join(', ')}>
      ${months.map(({ month, count }, n) => html`<rect key=${month} x=${n + 0.15} width=".7" y=${19 - (18 * count) / most} height=${1 + (18 * count) / most} />`)}</svg>
    <figcaption class="soft"><span>${words(months[0].month)}</span><span>${words(months[months.length - 1].month)}</span></figcaption></figure>`;
}

/** @param {{ one: Sighting }} props */
function Moment({ one }) {
  const time = timeOf(one.createdAt);
  return html`<li class="moment"><a href=${`/entries/${one.id}`}>
    <span class="moment-photo"><${Photo} url=${one.photo_url} id=${one.id} text=${one.text} nickname=${one.nickname} isSmall /></span>
    <span class="moment-words"><time datetime=${one.createdAt}>${time ? day(time) : one.createdAt}</time> <small>${plateNumber(one.id)}</small>
      <span class="moment-note" dir="auto">${one.text}</span>${one.location && html`<span class="where-line" dir="auto">${one.location}</span>`}</span>
  </a></li>`;
}

/** @param {{ profile: Profile }} props */
function Places({ profile: { locationSummary: places } }) {
  const [Map, setMap] = useState(/** @type {any} */ (null));
  const known = places.flatMap(({ location, lat, lon, count }) => (lat === null || lon === null ? [] : [{ lat, lon, count, name: location }]));
  useEffect(() => {
    // The map is a large library: it comes where there is something to show.
    if (known.length) void import('../components/small-map.js').then((module) => setMap(() => module.default), () => {});
  }, [known.length]);
  if (!places.length) return html`<p class="soft">${t('catNoPlaces')}</p>`;
  return html`${known.length > 0 && (Map ? html`<${Map} places=${known} label=${t('catPlacesMap', { n: known.length })} />` : html`<div class="small-map"></div>`)}
    <ol class="places">${places.map(({ location, count, lastSeen, lat, lon }) => {
      const time = timeOf(lastSeen);
      const words = html`<strong dir="auto">${location}</strong> <small>${t('catSeenThere', { n: count })}${time ? ` · ${ago(time, now.value)}` : ''}</small>`;
      return html`<li key=${location}>${lat === null || lon === null ? html`<span>${words}</span>` : html`<a href=${`/map?at=${lat},${lon},16`}>${words}</a>`}</li>`;
    })}</ol>`;
}

/** @param {{ profile: Profile, sightings: Sighting[], hasMore: boolean, onMore: () => void, onPoster: () => void, onName: (name: string | null) => void, comments: any }} props */
function Sheet({ profile, sightings, hasMore, onMore, onPoster, onName, comments }) {
  const { cat, stats, top_tags: tags, temperament_guess: temper } = profile;
  const name = cat.name ?? t('unnamed');
  const photos = sightings.filter(({ photo_url }) => photo_url);
  const share = async () => {
    const link = { title: t('catShareTitle', { name }), url: location.origin + location.pathname };
    try {
      if (navigator.share) await navigator.share(link);
      else {
        await navigator.clipboard.writeText(link.url);
        toast(t('catCopied'));
      }
    } catch (error) {
      // Whoever closes the share sheet has changed their mind. Without HTTPS a browser has no clipboard: the address bar shows the link.
      if (!(error instanceof DOMException && error.name === 'AbortError')) toast(t('catCopyFailed', { link: link.url }), 'bad');
    }
  };
  return html`<header class="cat-head">
      <span class="portrait large"><${Photo} url=${cat.primaryPhoto} id=${cat.id} text=${sightings[0]?.text} nickname=${cat.name} alt=${t('photoOf', { name })} /></span>
      <div class="cat-words"><p class="kicker">${t('catNo', { id: cat.id })}</p><${Name} profile=${profile} onName=${onName} />
        <p class="count">${stats.totalSightings ? t('catSeen', { n: stats.totalSightings }) : t('catUnseen')}${tempers[temper] ? ` ${t(tempers[temper])}` : ''}</p>
        ${tags.length > 0 && html`<ul class="tags" aria-label=${t('catTags')}>${tags.map((tag) => html`<li key=${tag}><a href=${`/entries?q=${encodeURIComponent(tag)}`}>${tag}</a></li>`)}</ul>`}
        <div class="cat-tools"><button type="button" onClick=${share}><${Icon} name="link" /> ${t('catShare')}</button><button type="button" onClick=${onPoster}>${t('catPoster')}</button></div>
      </div>
    </header>
    <${Figures} profile=${profile} />
    <div class="cat-columns">
      <section aria-labelledby="timeline"><h2 id="timeline">${t('catTimeline')}</h2><${Months} sightings=${sightings} />
        ${sightings.length ? html`<ol class="timeline" data-testid="timeline">${sightings.map((one) => html`<${Moment} key=${one.id} one=${one} />`)}</ol>` : html`<p class="soft">${t('catNoSightings')}</p>`}
        ${hasMore && html`<button type="button" class="older" onClick=${onMore}>${t('catMore')}</button>`}</section>
      <div class="cat-side">
        <section aria-labelledby="places"><h2 id="places">${t('catPlaces')}</h2><${Places} profile=${profile} /></section>
        ${photos.length > 1 && html`<section aria-labelledby="photos"><h2 id="photos">${t('catPhotos')}</h2><ul class="photo-grid">${photos.map((one) => html`<li key=${one.id}><a href=${`/entries/${one.id}`} aria-label=${plateNumber(one.id)}><${Photo} url=${one.photo_url} id=${one.id} text=${one.text} isSmall /></a></li>`)}</ul></section>`}
        <section aria-labelledby="insights"><h2 id="insights">${t('catInsights')}</h2><${CatInsights} id=${cat.id} hasSightings=${stats.totalSightings > 0} /></section>
        <section aria-labelledby="comments"><h2 id="comments">${t('catComments')}</h2>${comments}</section>
      </div>
    </div>`;
}

/** @param {{ id: number }} props */
export default function CatPage({ id }) {
  const [profile, setProfile] = useState(/** @type {Profile | null} */ (null));
  const [seen, setSeen] = useState(/** @type {{ list: Sighting[], page: number, hasMore: boolean }} */ ({ list: [], page: 0, hasMore: false }));
  const [error, setError] = useState(/** @type {unknown} */ (null));
  const [Poster, setPoster] = useState(/** @type {any} */ (null));
  useTitle(profile ? profile.cat.name ?? t('unnamed') : t('catTitle'));
  const load = async () => {
    setError(null);
    try {
      const [found, { sightings, hasMore }] = await Promise.all([profileOf(id), sightingsOf(id, 1)]);
      setProfile(found);
      setSeen({ list: sightings, page: 1, hasMore });
    } catch (failure) {
      setError(failure);
    }
  };
  useEffect(() => void load(), [id]);
  const more = () => sightingsOf(id, seen.page + 1).then(
    ({ sightings, hasMore }) => setSeen({ list: [...seen.list, ...sightings.filter((one) => !seen.list.some((other) => other.id === one.id))], page: seen.page + 1, hasMore }),
    (/** @type {unknown} */ failure) => toast(explain(failure).message, 'bad'));
  const poster = () => import('../components/cat-poster.js').then(({ CatPoster }) => setPoster(() => CatPoster), () => toast(t('updated'), 'bad'));
  if (error && !profile) {
    const isGone = error instanceof ApiError && error.status === 404;
    return html`<div class="sheet one" role="alert"><${Notice} coat=${isGone ? 'soot' : 'blue'} title=${t(isGone ? 'catGone' : 'catFailed')} text=${isGone ? t('catGoneText') : explain(error).message}>
      ${isGone ? html`<a class="button primary" href="/cats">${t('cats')}</a>` : html`<button type="button" class="primary" onClick=${load}>${t('retry')}</button>`}<//></div>`;
  }
  if (!profile) return html`<div class="sheet one cat-page" aria-busy="true"><p class="unseen" role="status">${t('catComing')}</p><header class="cat-head"><span class="portrait large"></span><div class="cat-words ghost"><i></i><i></i></div></header></div>`;
  return html`<article class="sheet one cat-page">
    <${Sheet} profile=${profile} sightings=${seen.list} hasMore=${seen.hasMore} onMore=${more} onPoster=${poster} comments=${html`<${CatComments} id=${id} />`}
      onName=${(/** @type {string | null} */ name) => setProfile({ ...profile, cat: { ...profile.cat, name } })} />
    ${Poster && html`<${Poster} profile=${profile} address=${location.origin + location.pathname} onClose=${() => setPoster(null)} />`}
  </article>`;
}
