// Accounts and invites, for those who run the atlas.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { list, request } from '../lib/api.js';
import { day, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { standing } from '../lib/store.js';
import { toast } from './toasts.js';

/** @typedef {{ id: number, username: string, role: string, createdAt: string, disabledAt?: string }} User */

/** The roles, the least one first. @returns {[string, string][]} */
const roles = () => [['member', t('roleMember')], ['caretaker', t('roleCaretaker')], ['admin', t('roleAdmin')]];

/** @param {{ user: User, onChange: (change: object) => void }} props */
function UserRow({ user, onChange }) {
  const isOwn = user.id === standing.value?.account?.id;
  const isClosed = Boolean(user.disabledAt);
  return html`<li data-testid=${`user-${user.username}`}>
    <div><strong>${user.username}</strong>${isOwn && html` <span class="badge">${t('you')}</span>`}${isClosed && html` <span class="badge closed">${t('closed')}</span>`}
      <p>${t('userSince', { day: day(new Date(user.createdAt)) })}</p></div>
    <div class="user-acts"><select aria-label=${t('roleOf', { name: user.username })} value=${user.role} disabled=${isOwn} onChange=${(/** @type {any} */ event) => onChange({ role: event.currentTarget.value })}>
        ${roles().map(([name, label]) => html`<option key=${name} value=${name} selected=${name === user.role}>${label}</option>`)}</select>
      ${!isOwn && html`<button type="button" onClick=${() => onChange({ disabled: !isClosed })}>${t(isClosed ? 'openAccount' : 'closeAccount')}<span class="unseen"> ${user.username}</span></button>`}</div>
  </li>`;
}

/** The link that an invite makes. It is shown this once. @param {string} invite */
export const inviteLink = (invite) => `${location.origin}/register#invite=${invite}`;

function Invite() {
  const [link, setLink] = useState('');
  const send = async (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    try {
      const { body } = await request('/admin/invites', 'POST', { role: data.get('role'), expires_in_days: Number(data.get('days')) });
      setLink(inviteLink(body.invite));
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
  };
  return html`<section class="panel" aria-labelledby="invite-title"><h2 id="invite-title">${t('inviteTitle')}</h2><p>${t('inviteText')}</p>
    <form class="invite" onSubmit=${send}>
      <label class="field"><span>${t('role')}</span><select name="role">${roles().map(([name, label]) => html`<option key=${name} value=${name}>${label}</option>`)}</select></label>
      <label class="field"><span>${t('inviteDays')}</span><select name="days">${[1, 7, 30].map((n) => html`<option key=${n} value=${n} selected=${n === 7}>${t('inDays', { n })}</option>`)}</select></label>
      <button class="primary">${t('makeInvite')}</button></form>
    ${link && html`<p class="shown-link" role="status">${t('inviteOnce')} <code data-testid="invite-link">${link}</code></p>`}</section>`;
}

export function Users() {
  const [users, setUsers] = useState(/** @type {User[] | null} */ (null));
  const [older, setOlder] = useState(/** @type {number | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const load = async (/** @type {number | null} */ before = null) => {
    try {
      const page = await list('/admin/users', { limit: 100, before });
      setUsers(before === null ? page.rows : [...(users ?? []), ...page.rows]);
      setOlder(page.older);
      setTrouble('');
    } catch (error) {
      setTrouble(explain(error).message);
    }
  };
  useEffect(() => void load(), []);
  /** @param {User} user @param {object} change */
  const change = async (user, change) => {
    try {
      const { body } = await request(`/admin/users/${user.id}`, 'PATCH', change);
      setUsers((users ?? []).map((other) => (other.id === user.id ? body : other)));
      toast(t('userChanged', { name: user.username }));
    } catch (error) {
      toast(explain(error).message, 'bad');
      await load();
    }
  };
  return html`<${Invite} />
    ${trouble && html`<p class="trouble" role="alert">${trouble} <button type="button" class="link" onClick=${() => load()}>${t('retry')}</button></p>`}
    <section class="panel" aria-labelledby="users-title" aria-busy=${!users && !trouble}><h2 id="users-title">${t('usersTitle')}</h2>
      <ul class="rows">${(users ?? []).map((user) => html`<${UserRow} key=${user.id} user=${user} onChange=${(/** @type {object} */ wanted) => change(user, wanted)} />`)}</ul>
      ${older !== null && html`<button type="button" onClick=${() => load(older)}>${t('moreUsers')}</button>`}</section>`;
}
