// What people say about a cat. Their markup is made into elements one by one, never set as markup.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { ago, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { cleaned, comment, commentsOf, removeComment } from '../lib/profile.js';
import { mayDo, now, remember, remembered, standing } from '../lib/store.js';
import { Icon } from './icon.js';
import { toast } from './toasts.js';

/** @typedef {import('../lib/profile.js').Comment} Comment */
/** @typedef {import('../lib/profile.js').Rich} Rich */

/** @param {Rich} part @returns {any} */
const element = (part) => (typeof part === 'string' ? part : html`<${part.tag}>${part.tag === 'br' ? null : part.inside.map(element)}<//>`);

/** @param {{ one: Comment, onRemove: () => void }} props */
function Said({ one, onRemove }) {
  const time = new Date(one.createdAt);
  return html`<li class="said"><p class="said-who"><strong dir="auto">${one.author_name}</strong> <time class="soft" datetime=${one.createdAt}>${Number.isNaN(time.getTime()) ? one.createdAt : ago(time, now.value)}</time>
      ${mayDo('delete_comment', one.created_by ?? null) && html`<button type="button" class="quiet icon" aria-label=${t('catUnsay', { name: one.author_name })} onClick=${onRemove}><${Icon} name="bin" /></button>`}</p>
    <div class="said-what" dir="auto">${cleaned(one.content).map(element)}</div></li>`;
}

/** @param {{ id: number }} props */
export function CatComments({ id }) {
  const [shown, setShown] = useState(/** @type {{ comments: Comment[], total: number, hasMore: boolean } | null} */ (null));
  const [page, setPage] = useState(1);
  const [trouble, setTrouble] = useState('');
  useEffect(() => void commentsOf(id, 1).then(setShown, (error) => setTrouble(explain(error).message)), [id]);
  const author = standing.value?.account?.username ?? remembered('author') ?? '';
  const say = async (/** @type {any} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const [name, content] = ['author', 'content'].map((field) => String(new FormData(form).get(field) ?? '').trim());
    if (!name || !content) return setTrouble(t(name ? 'catSayFirst' : 'catWhoFirst'));
    try {
      const said = await comment(id, name, content);
      remember('author', name);
      setShown((before) => ({ comments: [said, ...(before?.comments ?? [])], total: (before?.total ?? 0) + 1, hasMore: before?.hasMore ?? false }));
      form.elements.namedItem('content').value = '';
      setTrouble('');
    } catch (error) {
      // What was written stays where it is.
      setTrouble(`${explain(error).message} ${t('kept')}`);
    }
  };
  const unsay = async (/** @type {Comment} */ one) => {
    try {
      await removeComment(id, one.id);
      setShown((before) => before && { ...before, comments: before.comments.filter((other) => other.id !== one.id), total: before.total - 1 });
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
  };
  const more = async () => {
    try {
      const next = await commentsOf(id, page + 1);
      setPage(page + 1);
      setShown((before) => ({ ...next, comments: [...(before?.comments ?? []), ...next.comments.filter((one) => !before?.comments.some((other) => other.id === one.id))] }));
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
  };
  return html`${mayDo('comment') && html`<form class="say" novalidate onSubmit=${say}>
      <label class="field"><span>${t('catSay')}</span><textarea name="content" rows="3" maxlength="2000" dir="auto"></textarea></label>
      <label class="field"><span>${t('catWho')}</span><input name="author" maxlength="100" autocomplete="name" defaultValue=${author} dir="auto" /></label>
      <button class="primary">${t('catSend')}</button>
    </form>`}
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    ${shown && !shown.comments.length && html`<p class="soft">${t('catNobodySaid')}</p>`}
    <ol class="comments" data-testid="comments">${shown?.comments.map((one) => html`<${Said} key=${one.id} one=${one} onRemove=${() => unsay(one)} />`)}</ol>
    ${shown?.hasMore && html`<button type="button" class="older" onClick=${more}>${t('catMoreSaid')}</button>`}`;
}
