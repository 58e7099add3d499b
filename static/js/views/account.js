// The own account: where it is signed in, and what scripts sign in with.

import { html, signal, useEffect, useState } from '../../vendor/preact.js';
import { toast } from '../components/toasts.js';
import { request } from '../lib/api.js';
import { ago, day, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { go, useTitle } from '../lib/router.js';
import { learnStanding, now, standing } from '../lib/store.js';

/** @typedef {{ id: number, client: string | null, createdAt: string, usedAt: string, expiresAt: string, isCurrent: boolean }} Session */
/** @typedef {{ id: number, name: string, scopes: string[], createdAt: string, expiresAt: string, token?: string }} Token */

const sessions = signal(/** @type {Session[] | null} */ (null));
const tokens = signal(/** @type {Token[] | null} */ (null));
const trouble = signal('');

async function load() {
  try {
    const [ofSessions, ofTokens] = await Promise.all([request('/auth/sessions'), request('/auth/tokens')]);
    sessions.value = ofSessions.body;
    tokens.value = ofTokens.body;
    trouble.value = '';
  } catch (error) {
    trouble.value = explain(error).message;
  }
}

/** Does something, tells what went wrong, and shows what is there now. @param {() => Promise<unknown>} act */
async function change(act) {
  try {
    await act();
  } catch (error) {
    toast(explain(error).message, 'bad');
  }
  await load();
}

/** @param {string} stored */
const since = (stored) => ago(new Date(stored), now.value);

/** Browser and system out of what a browser calls itself; a program's name as it is. @param {string} client */
export function clientName(client) {
  const find = (/** @type {[RegExp, string][]} */ table) => table.find(([pattern]) => pattern.test(client))?.[1];
  const browser = find([[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\/|FxiOS/, 'Firefox'], [/Chrome\/|CriOS/, 'Chrome'], [/Safari\//, 'Safari']]);
  const system = find([[/iPhone|iPad/, 'iOS'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux|X11/, 'Linux']]);
  return browser ? [browser, system].filter(Boolean).join(' · ') : client;
}

/** @param {{ session: Session }} props */
const SessionRow = ({ session }) => html`<li>
  <div><strong>${session.client ? clientName(session.client) : t('unknownClient')}</strong>${session.isCurrent && html` <span class="badge">${t('thisOne')}</span>`}
    <p>${t('lastUsed', { ago: since(session.usedAt ?? session.createdAt) })}</p></div>
  ${!session.isCurrent && html`<button type="button" onClick=${() => change(() => request(`/auth/sessions/${session.id}`, 'DELETE'))}>${t('endSession')}</button>`}
</li>`;

/** @param {{ token: Token }} props */
const TokenRow = ({ token }) => html`<li>
  <div><strong>${token.name}</strong>${token.scopes.map((scope) => html` <span class="badge" key=${scope}>${scope}</span>`)}
    <p>${t('goodUntil', { day: day(new Date(token.expiresAt)) })}</p></div>
  <button type="button" onClick=${() => change(() => request(`/auth/tokens/${token.id}`, 'DELETE'))}>${t('takeBack')}</button>
</li>`;

/** The token, this once. @param {{ token: string }} props */
function ShownOnce({ token }) {
  const copy = () => navigator.clipboard?.writeText(token).then(() => toast(t('copied')), () => {});
  return html`<div class="shown-once" role="status"><p>${t('shownOnce')}</p><code data-testid="new-token">${token}</code>
    ${navigator.clipboard && html`<button type="button" onClick=${copy}>${t('copy')}</button>`}</div>`;
}

function NewToken() {
  const [made, setMade] = useState('');
  const make = (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const scopes = ['read', 'write', 'admin'].filter((scope) => data.get(scope));
    return change(async () => {
      const { body } = await request('/auth/tokens', 'POST', { name: String(data.get('name')).trim(), scopes, expires_in_days: Number(data.get('days')) });
      setMade(body.token);
      form.reset();
    });
  };
  const scopes = /** @type {const} */ ([['read', t('scopeRead'), true], ['write', t('scopeWrite'), false], ['admin', t('scopeAdmin'), false]]);
  return html`${made && html`<${ShownOnce} token=${made} />`}
    <form class="new-token" onSubmit=${make}>
      <label class="field"><span>${t('tokenName')}</span><input name="name" required maxlength="100" placeholder=${t('tokenExample')} /></label>
      <fieldset><legend>${t('tokenMay')}</legend>${scopes.map(([name, label, isOn]) => (name !== 'admin' || standing.value?.account?.role === 'admin') && html`<label class="check" key=${name}><input type="checkbox" name=${name} defaultChecked=${isOn} /><span>${label}</span></label>`)}</fieldset>
      <label class="field"><span>${t('tokenDays')}</span><select name="days">${[30, 90, 365].map((n) => html`<option key=${n} value=${n}>${t('days', { n })}</option>`)}</select></label>
      <button class="primary">${t('makeToken')}</button>
    </form>`;
}

async function signOut() {
  try {
    await request('/auth/logout', 'POST');
    await learnStanding();
    go('/');
  } catch (error) {
    toast(explain(error).message, 'bad');
  }
}

export default function AccountPage() {
  const account = standing.value?.account;
  // Asked for now, not in the effect: by then it may be known who is here, and `account` still be of before.
  const isStranger = standing.value !== null && !account;
  useTitle(t('account'));
  useEffect(() => {
    if (account) void load();
    else if (isStranger) go('/sign-in?next=/account');
  }, [account?.id, isStranger]);
  if (!account) return html`<div class="sheet one" aria-busy="true"><div class="ghost"><i></i><i></i><i></i></div></div>`;
  const roles = { member: t('member'), caretaker: t('caretaker'), admin: t('adminRole') };
  return html`<div class="sheet one account">
    <header class="hero"><p class="kicker">${roles[account.role]}</p><h1>${account.username}</h1>
      <p class="count">${t('memberSince', { day: day(new Date(account.createdAt)) })}</p></header>
    <p><button type="button" onClick=${signOut}>${t('signOut')}</button></p>
    ${trouble.value && html`<p class="trouble" role="alert">${trouble.value} <button type="button" class="link" onClick=${load}>${t('retry')}</button></p>`}
    <section class="panel" aria-labelledby="sessions-title"><h2 id="sessions-title">${t('sessions')}</h2><p>${t('sessionsText')}</p>
      <ul class="rows" aria-busy=${!sessions.value}>${(sessions.value ?? []).map((session) => html`<${SessionRow} key=${session.id} session=${session} />`)}</ul></section>
    <section class="panel" aria-labelledby="tokens-title"><h2 id="tokens-title">${t('tokens')}</h2><p>${t('tokensText')}</p>
      <ul class="rows" aria-busy=${!tokens.value}>${(tokens.value ?? []).map((token) => html`<${TokenRow} key=${token.id} token=${token} />`)}</ul>
      <details class="more"><summary>${t('newToken')}</summary><${NewToken} /></details></section>
  </div>`;
}
