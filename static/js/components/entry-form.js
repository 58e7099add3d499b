// The open form to log a sighting, and the fields it shares with the form that changes one.

import { html, useEffect, useId, useRef, useState } from '../../vendor/preact.js';
import { logSighting } from '../lib/feed.js';
import { t } from '../lib/i18n.js';
import { bounds, codePoints, explainProblems, explainSaving, problemsOf } from '../lib/problems.js';
import { narrow, query } from '../lib/router.js';
import { CatFace } from './cat-face.js';
import { plateNumber } from './entry-card.js';
import { Icon } from './icon.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/problems.js').Trouble} Trouble */
/** @typedef {import('../lib/feed.js').EntryDraft} EntryDraft */

/** The parts of an address: how each is called, and what a browser fills in by itself. @type {[string, import('../lib/i18n.js').Key, string][]} */
const address = [
  ['location_street', 'street', 'address-line1'],
  ['location_number', 'houseNumber', 'off'],
  ['location_zip', 'zip', 'postal-code'],
  ['location_city', 'city', 'address-level2'],
  ['location_country', 'country', 'country-name'],
];
const fields = Object.keys(bounds);

/** What is typed into a form. @param {HTMLFormElement} form @returns {EntryDraft} */
export function draftOf(form) {
  const data = new FormData(form);
  return Object.fromEntries(fields.map((name) => [name, String(data.get(name) ?? '').trim()]));
}

/** How much room is left, once it is worth knowing. @param {{ length: number }} props */
function Room({ length }) {
  const left = bounds.text - length;
  if (left > 500) return null;
  return html`<p class="room" data-full=${left < 0}>${left < 0 ? t('tooMany', { n: -left }) : t('left', { n: left })}</p>`;
}

/** Note, nickname and place. @param {{ values: EntryDraft, faults: (name: string) => object, children?: any }} props */
export function EntryFields({ values, faults, children }) {
  const [length, setLength] = useState(codePoints(values.text ?? ''));
  const hasAddress = address.some(([name]) => values[name]);
  return html`<div><label class="field"><span>${t('text')}</span>
      <textarea name="text" rows="4" aria-required="true" autocapitalize="sentences" placeholder=${t('textExample')} data-testid="text-input" dir="auto" defaultValue=${values.text ?? ''}
        onInput=${(/** @type {any} */ event) => setLength(codePoints(event.currentTarget.value))} ...${faults('text')}></textarea></label>
      <${Room} length=${length} /></div>
    <label class="field"><span>${t('nickname')} <small>${t('optional')}</small></span>
      <input name="nickname" autocomplete="off" placeholder=${t('nicknameExample')} data-testid="nickname-input" dir="auto" defaultValue=${values.nickname ?? ''} ...${faults('nickname')} /></label>
    <div class="place">
      <label class="field"><span>${t('location')} <small>${t('optional')}</small></span>
        <input name="location" autocomplete="off" placeholder=${t('locationExample')} data-testid="location-input" dir="auto" defaultValue=${values.location ?? ''} ...${faults('location')} /></label>
      ${children}
      <details class="more" open=${hasAddress}><summary>${t('address')}</summary><div class="address">${address.map(
        ([name, label, filling]) => html`<label class=${`field ${name}`} key=${name}><span>${t(label)}</span>
          <input name=${name} autocomplete=${filling} dir="auto" defaultValue=${values[name] ?? ''} ...${faults(name)} /></label>`,
      )}</div></details>
    </div>`;
}

/** @typedef {{ file: Blob, shown: string, isWhole: boolean, usesPlace: boolean }} Picked */

/** @param {{ photo: Picked | null, onPick: (photo: Picked | null) => void, faults: (name: string) => object }} props */
function PhotoField({ photo, onPick, faults }) {
  const pick = async (/** @type {Event & { currentTarget: HTMLInputElement }} */ event) => {
    const input = event.currentTarget;
    const file = input.files?.[0];
    if (!file) return;
    try {
      const { preview, small } = await import('../lib/picture.js');
      onPick({ ...(await small(file)), shown: await preview(file), usesPlace: false });
    } catch {
      toast(t('photoRefused'), 'bad');
    }
    input.value = '';
  };
  return html`<div class="photo-field">
    ${photo && html`<figure class="picked"><img src=${photo.shown} alt=${t('photoPreview')} data-testid="photo-preview" />
      <button type="button" class="icon" aria-label=${t('photoAway')} onClick=${() => onPick(null)}><${Icon} name="close" /></button></figure>`}
    ${photo?.isWhole && html`<label class="check"><input type="checkbox" checked=${photo.usesPlace} data-testid="photo-place"
      onChange=${(/** @type {any} */ event) => onPick({ ...photo, usesPlace: event.currentTarget.checked })} /><span>${t('usePhotoPlace')}</span></label>`}
    <label class="button pick"><${Icon} name="camera" /><span>${t(photo ? 'photoOther' : 'photoAdd')}</span>
      <input type="file" class="unseen" accept="image/jpeg,image/png,image/gif,image/webp" data-testid="photo-input" onChange=${pick} ...${faults('image')} /></label>
  </div>`;
}

/** The point that was picked on the map, from the address of the page. */
function pickedPoint() {
  const [lat, lon] = ['lat', 'lon'].map((name) => query.value.get(name));
  return lat && lon && Number.isFinite(Number(lat)) && Number.isFinite(Number(lon)) ? { lat, lon } : null;
}

function PointField() {
  const point = pickedPoint();
  if (!point) return html`<a class="link" href="/map?pick=1"><${Icon} name="pin" />${t('pickOnMap')}</a>`;
  return html`<p class="chosen"><${Icon} name="pin" /><span>${t('pointChosen', { lat: Number(point.lat).toFixed(5), lon: Number(point.lon).toFixed(5) })}</span>
    <button type="button" class="quiet icon" aria-label=${t('pointAway')} onClick=${() => narrow({ lat: null, lon: null })}><${Icon} name="close" /></button></p>`;
}

/** The new plate, brought into view where the form fills the screen. @param {number} id */
function reveal(id) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  requestAnimationFrame(() => document.getElementById(`entry-${id}`)?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' }));
}

/** What was typed and picked outlives a look at another page, such as the map. */
const kept = { draft: /** @type {EntryDraft} */ ({}), photo: /** @type {Picked | null} */ (null) };

export function EntryForm() {
  const [trouble, setTrouble] = useState(/** @type {Trouble | null} */ (null));
  const [isSending, setIsSending] = useState(false);
  const [photo, setPhoto] = useState(kept.photo);
  // Another number makes the fields anew, empty.
  const [round, setRound] = useState(0);
  // State is a render late: a second click in the same moment must already see it.
  const sending = useRef(false);
  const id = useId();
  useEffect(() => void (kept.photo = photo), [photo]);

  /** @param {HTMLFormElement} form @param {Trouble} found */
  const refuse = (form, found) => {
    setTrouble(found);
    const field = form.elements.namedItem(found.fields[0] ?? 'text');
    const folded = field instanceof HTMLElement ? field.closest('details') : null;
    if (folded) folded.open = true;
    if (field instanceof HTMLElement) field.focus();
  };

  /** A fresh slip, for the next one. @param {HTMLFormElement} form */
  const empty = (form) => {
    kept.draft = {};
    form.reset();
    setRound(round + 1);
    setPhoto(null);
    setTrouble(null);
    narrow({ lat: null, lon: null });
  };

  const submit = async (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (sending.current) return;
    const draft = draftOf(form);
    const problems = problemsOf(draft);
    if (problems.length) return refuse(form, explainProblems(problems));
    const point = pickedPoint();
    sending.current = true;
    setIsSending(true);
    try {
      const entry = await logSighting(point ? { ...draft, location_lat: point.lat, location_lon: point.lon } : draft, photo);
      empty(form);
      toast(t('logged', { number: plateNumber(entry.id) }));
      reveal(entry.id);
    } catch (error) {
      if (error instanceof Error && error.name === 'Later') {
        empty(form);
        toast(t('laterLogged'));
      } else refuse(form, explainSaving(error, photo !== null));
    } finally {
      sending.current = false;
      setIsSending(false);
    }
  };

  const sendByKey = (/** @type {KeyboardEvent & { currentTarget: HTMLFormElement }} */ event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  };

  /** What a field says of itself: whether it is at fault, and where that is told. @param {string} name */
  const faults = (name) => (trouble?.fields.includes(name) ? { 'aria-invalid': true, 'aria-describedby': `${id}-trouble` } : {});

  return html`<section class="composer" aria-labelledby=${`${id}-title`}>
    <div class="peek" aria-hidden="true"><${CatFace} coat="marmalade" /><i></i><i></i></div>
    <form class="slip" novalidate onSubmit=${submit} onKeyDown=${sendByKey} onInput=${(/** @type {any} */ event) => (kept.draft = draftOf(event.currentTarget))}>
      <h2 id=${`${id}-title`}>${t('log')}</h2>
      ${trouble && html`<p class="trouble" id=${`${id}-trouble`} role="alert" data-testid="error-message">${trouble.message}</p>`}
      <${EntryFields} key=${round} values=${kept.draft} faults=${faults}><${PointField} /><//>
      <${PhotoField} photo=${photo} onPick=${setPhoto} faults=${faults} />
      <button class="primary" data-testid="submit-button" aria-disabled=${isSending}>${t(isSending ? 'sending' : 'submit')}</button>
    </form>
  </section>`;
}
