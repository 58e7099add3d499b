// A cat's picture: its photo, or the cat drawn from what was written about it.

import { html, useState } from '../../vendor/preact.js';
import { CatFace, coatOf, isAsleep, isEarTipped } from './cat-face.js';
import { shownPhoto } from './entry-card.js';

/** The small form of a photo of ours; of others there is only the one. @param {string} url */
export const thumbOf = (url) => (/\/photos\/[0-9a-f]{64}$/.test(url) ? `${url}/thumb` : url);

/** @param {{ url: string | null, id: number, text?: string, nickname?: string | null, alt?: string, isSmall?: boolean }} props */
export function Photo({ url, id, text = '', nickname = null, alt = '', isSmall = false }) {
  const [isBroken, setIsBroken] = useState(false);
  const photo = isBroken ? null : shownPhoto(url);
  if (photo) return html`<img class="photo" src=${isSmall ? thumbOf(photo) : photo} alt=${alt} loading="lazy" decoding="async" referrerpolicy="no-referrer" onError=${() => setIsBroken(true)} />`;
  return html`<span class="photo drawn"><${CatFace} coat=${coatOf({ id, text, nickname })} seed=${id} asleep=${isAsleep(text)} tipped=${isEarTipped(text)} /></span>`;
}
