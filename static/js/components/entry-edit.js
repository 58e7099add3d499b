// The form that changes a sighting, in the place of its note.

import { html, useId, useRef, useState } from '../../vendor/preact.js';
import { request } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { explainProblems, explainSaving, problemsOf } from '../lib/problems.js';
import { mayDo } from '../lib/store.js';
import { draftOf, EntryFields } from './entry-form.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/api.js').Entry} Entry */
/** @typedef {import('../lib/problems.js').Trouble} Trouble */

/** The fields that differ from what is stored; what was emptied becomes null. @param {import('../lib/feed.js').EntryDraft} draft @param {Record<string, any>} stored */
export function changesOf(draft, stored) {
  const changed = Object.entries(draft).filter(([name, value]) => value !== (stored[name] ?? ''));
  return Object.fromEntries(changed.map(([name, value]) => [name, value || null]));
}

/** @param {{ entry: Entry, onDone: (entry: Entry) => void, onCancel: () => void }} props */
export function EntryEdit({ entry, onDone, onCancel }) {
  const [trouble, setTrouble] = useState(/** @type {Trouble | null} */ (null));
  const [isSending, setIsSending] = useState(false);
  const sending = useRef(false);
  const id = useId();
  const stored = /** @type {Record<string, any>} */ (entry);

  const save = async (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    if (sending.current) return;
    const form = event.currentTarget;
    const draft = draftOf(form);
    const problems = problemsOf(draft);
    if (problems.length) return setTrouble(explainProblems(problems));
    const image = new FormData(form).get('image');
    const hasImage = image instanceof File && image.size > 0;
    sending.current = true;
    setIsSending(true);
    try {
      const changes = changesOf(draft, stored);
      let changed = entry;
      if (Object.keys(changes).length) changed = (await request(`/entries/${entry.id}`, 'PATCH', changes)).body;
      if (hasImage) {
        const sent = new FormData();
        sent.append('image', image);
        changed = (await request(`/entries/${entry.id}/image`, 'PATCH', sent)).body;
      }
      toast(t('saved'));
      onDone(changed);
    } catch (error) {
      setTrouble(explainSaving(error, hasImage));
    } finally {
      sending.current = false;
      setIsSending(false);
    }
  };

  /** @param {string} name */
  const faults = (name) => (trouble?.fields.includes(name) ? { 'aria-invalid': true, 'aria-describedby': `${id}-trouble` } : {});
  return html`<form class="edit" novalidate onSubmit=${save} aria-label=${t('editIt')} data-testid="edit-form">
    ${trouble && html`<p class="trouble" id=${`${id}-trouble`} role="alert" data-testid="error-message">${trouble.message}</p>`}
    <${EntryFields} values=${Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, value ?? '']))} faults=${faults} />
    ${mayDo('replace_photo', entry.created_by ?? null) && html`<label class="field"><span>${t(entry.photo_url ? 'photoOther' : 'photoAdd')}</span>
      <input type="file" name="image" accept="image/jpeg,image/png,image/gif,image/webp" ...${faults('image')} /></label>`}
    <p class="acts"><button class="primary" aria-disabled=${isSending}>${t(isSending ? 'saving' : 'save')}</button><button type="button" onClick=${onCancel}>${t('cancel')}</button></p>
  </form>`;
}
