// The open form to log a sighting.

import { html, useId, useRef, useState } from '../../vendor/preact.js';
import { logSighting } from '../lib/feed.js';
import { t } from '../lib/i18n.js';
import { bounds, codePoints, explainProblems, explainSaving, problemsOf } from '../lib/problems.js';
import { CatFace } from './cat-face.js';
import { plateNumber } from './entry-card.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/problems.js').Trouble} Trouble */

/** @param {HTMLFormElement} form @returns {import('../lib/feed.js').EntryDraft} */
function draftOf(form) {
  const data = new FormData(form);
  const field = (/** @type {string} */ name) => String(data.get(name) ?? '').trim();
  return { text: field('text'), nickname: field('nickname'), location: field('location') };
}

/** How much room is left, once it is worth knowing. @param {{ length: number }} props */
function Room({ length }) {
  const left = bounds.text - length;
  if (left > 500) return null;
  return html`<p class="room" data-full=${left < 0}>${left < 0 ? t('tooMany', { n: -left }) : t('left', { n: left })}</p>`;
}

/** The new plate, brought into view where the form fills the screen. @param {number} id */
function reveal(id) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  requestAnimationFrame(() => document.getElementById(`entry-${id}`)?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' }));
}

export function EntryForm() {
  const [trouble, setTrouble] = useState(/** @type {Trouble | null} */ (null));
  const [isSending, setIsSending] = useState(false);
  const [length, setLength] = useState(0);
  // State is a render late: a second click in the same moment must already see it.
  const sending = useRef(false);
  const id = useId();

  /** @param {HTMLFormElement} form @param {Trouble} found */
  const refuse = (form, found) => {
    setTrouble(found);
    const field = form.elements.namedItem(found.fields[0] ?? 'text');
    if (field instanceof HTMLElement) field.focus();
  };

  const submit = async (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (sending.current) return;
    const draft = draftOf(form);
    const problems = problemsOf(draft);
    if (problems.length) return refuse(form, explainProblems(problems));
    sending.current = true;
    setIsSending(true);
    try {
      const entry = await logSighting(draft);
      form.reset();
      setTrouble(null);
      setLength(0);
      toast(t('logged', { number: plateNumber(entry.id) }));
      reveal(entry.id);
    } catch (error) {
      if (error instanceof Error && error.name === 'Later') {
        form.reset();
        setTrouble(null);
        setLength(0);
        toast(t('laterLogged'));
      } else refuse(form, explainSaving(error));
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
    <form class="slip" novalidate onSubmit=${submit} onKeyDown=${sendByKey}>
      <h2 id=${`${id}-title`}>${t('log')}</h2>
      ${trouble && html`<p class="trouble" id=${`${id}-trouble`} role="alert" data-testid="error-message">${trouble.message}</p>`}
      <div><label class="field"><span>${t('text')}</span>
        <textarea name="text" rows="4" aria-required="true" autocapitalize="sentences" placeholder=${t('textExample')} data-testid="text-input" dir="auto"
          onInput=${(/** @type {any} */ event) => setLength(codePoints(event.currentTarget.value))} ...${faults('text')}></textarea></label>
        <${Room} length=${length} /></div>
      <label class="field"><span>${t('nickname')} <small>${t('optional')}</small></span>
        <input name="nickname" autocomplete="off" placeholder=${t('nicknameExample')} data-testid="nickname-input" dir="auto" ...${faults('nickname')} /></label>
      <label class="field"><span>${t('location')} <small>${t('optional')}</small></span>
        <input name="location" autocomplete="off" placeholder=${t('locationExample')} data-testid="location-input" dir="auto" ...${faults('location')} /></label>
      <button class="primary" data-testid="submit-button" aria-disabled=${isSending}>${t(isSending ? 'sending' : 'submit')}</button>
    </form>
  </section>`;
}
