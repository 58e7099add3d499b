// A poster of a cat to print: its picture, where it was seen, and a code that opens its page.

import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { encode } from '../../vendor/qr.js';
import { day, t } from '../lib/i18n.js';
import { pathOf } from '../lib/profile.js';
import { Photo } from './photo.js';

/** @param {{ address: string }} props */
function Code({ address }) {
  const { data, size } = encode(address, { ecc: 'M', border: 2 });
  return html`<svg class="code" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${t('catCode', { address })}><rect width=${size} height=${size} fill="#fff" /><path d=${pathOf(data)} fill="#000" shape-rendering="crispEdges" /></svg>`;
}

/** @param {{ profile: import('../lib/profile.js').Profile, address: string, onClose: () => void }} props */
export function CatPoster({ profile, address, onClose }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const { cat, stats, recentSightings } = profile;
  const name = cat.name ?? t('unnamed');
  const [title, setTitle] = useState(t('catPosterTitle', { name }));
  const [contact, setContact] = useState('');
  const latest = recentSightings[0];
  useEffect(() => dialog.current?.showModal(), []);
  const seen = stats.lastSeen ? new Date(stats.lastSeen) : null;
  return html`<dialog class="poster-dialog" ref=${dialog} onClose=${onClose} aria-label=${t('catPoster')}>
    <div class="poster-tools">
      <label class="field"><span>${t('catPosterHead')}</span><input value=${title} maxlength="60" dir="auto" onInput=${(/** @type {any} */ event) => setTitle(event.currentTarget.value)} /></label>
      <label class="field"><span>${t('catPosterContact')}</span><input value=${contact} maxlength="80" dir="auto" onInput=${(/** @type {any} */ event) => setContact(event.currentTarget.value)} /></label>
      <button type="button" class="primary" onClick=${() => print()}>${t('catPrint')}</button>
      <button type="button" onClick=${() => dialog.current?.close()}>${t('catClose')}</button>
    </div>
    <article class="poster" data-testid="poster">
      <p class="poster-title" dir="auto">${title}</p>
      <div class="poster-photo"><${Photo} url=${cat.primaryPhoto} id=${cat.id} text=${latest?.text} nickname=${cat.name} alt=${t('photoOf', { name })} /></div>
      <p class="poster-name" dir="auto">${name}</p>
      <div class="poster-foot">
        <div>
          ${stats.mostFrequentLocation && html`<p dir="auto"><strong>${t('catPosterPlace')}</strong> ${stats.mostFrequentLocation}</p>`}
          ${seen && !Number.isNaN(seen.getTime()) && html`<p><strong>${t('catLastSeen')}</strong> ${day(seen)}</p>`}
          ${latest && html`<p class="poster-note" dir="auto">“${latest.text.length > 140 ? `${latest.text.slice(0, 139)}…` : latest.text}”</p>`}
          ${contact && html`<p class="poster-contact" dir="auto">${contact}</p>`}
        </div>
        <div class="poster-code"><${Code} address=${address} /><small>${t('catScan')}</small></div>
      </div>
    </article>
  </dialog>`;
}
