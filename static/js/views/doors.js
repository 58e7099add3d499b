// Signing in, registering with an invite, and setting an atlas up: three doors of one form.

import { html, useId, useRef, useState } from '../../vendor/preact.js';
import { CatFace } from '../components/cat-face.js';
import { ApiError, request } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { go, page, query, useTitle } from '../lib/router.js';
import { isShutOut, learnStanding, standing } from '../lib/store.js';

/** @typedef {import('../lib/i18n.js').Key} Key */
/** @typedef {{ path: string, title: Key, text: Key, submit: Key, token?: 'invite' | 'token', isNew: boolean }} Door */

/** @type {Record<string, Door>} */
const doors = {
  '/sign-in': { path: '/auth/login', title: 'signInTitle', text: 'signInText', submit: 'signIn', isNew: false },
  '/register': { path: '/auth/register', title: 'registerTitle', text: 'registerText', submit: 'register', token: 'invite', isNew: true },
  '/set-up': { path: '/auth/setup', title: 'setUpTitle', text: 'setUpText', submit: 'setUp', token: 'token', isNew: true },
};

/** What the link that led here opens: it stands behind the #, where no server sees it. */
export const keyOf = (hash = location.hash) => hash.match(/^#(?:set-up|invite)=([\w-]+)$/)?.[1] ?? '';

/** What can be seen to be wrong with a new account before it is asked for. @param {string} username @param {string} password @returns {Key | null} */
export function faultOf(username, password) {
  if (!/^[a-z0-9][a-z0-9._-]{1,31}$/i.test(username)) return 'usernameFault';
  const length = [...password].length;
  return length < 8 || length > 200 ? 'passwordFault' : null;
}

/** @type {Record<string, Key>} */
const codes = {
  WRONG_CREDENTIALS: 'wrongCredentials', ACCOUNT_DISABLED: 'accountClosed', REGISTRATION_CLOSED: 'registrationClosed', INVITE_INVALID: 'linkUsed', USERNAME_TAKEN: 'usernameTaken',
};

/** @param {unknown} error */
export function explainDoor(error) {
  if (!(error instanceof ApiError)) return explain(error).message;
  const problem = error.problems[0];
  if (problem) return t(problem.field === 'username' ? 'usernameFault' : problem.field === 'password' ? 'passwordGuessed' : 'linkUsed');
  const code = codes[error.code ?? ''];
  return code ? t(code) : explain(error).message;
}

/** @param {{ door: Door, onDone: () => void }} props */
function DoorForm({ door, onDone }) {
  const [trouble, setTrouble] = useState('');
  const [isShown, setIsShown] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const sending = useRef(false);
  const id = useId();

  const submit = async (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    if (sending.current) return;
    const data = new FormData(event.currentTarget);
    const [username, password] = ['username', 'password'].map((name) => String(data.get(name) ?? ''));
    const fault = door.isNew ? faultOf(username.trim(), password) : null;
    if (fault) return setTrouble(t(fault));
    sending.current = true;
    setIsSending(true);
    try {
      const key = keyOf();
      await request(door.path, 'POST', { username: username.trim(), password, ...(door.token && key && { [door.token]: key }) });
      await learnStanding();
      onDone();
    } catch (error) {
      setTrouble(explainDoor(error));
    } finally {
      sending.current = false;
      setIsSending(false);
    }
  };

  const faulty = trouble ? { 'aria-describedby': `${id}-trouble`, 'aria-invalid': true } : {};
  return html`<div class="composer"><div class="peek tuxedo" aria-hidden="true"><${CatFace} coat="tuxedo" /><i></i><i></i></div><form class="slip" novalidate onSubmit=${submit}>
    ${trouble && html`<p class="trouble" id=${`${id}-trouble`} role="alert" data-testid="door-error">${trouble}</p>`}
    <label class="field"><span>${t('username')}</span><input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus ...${faulty} /></label>
    <div class="field"><label for=${`${id}-password`}>${t('password')}</label><div class="secret">
      <input id=${`${id}-password`} name="password" type=${isShown ? 'text' : 'password'} autocomplete=${door.isNew ? 'new-password' : 'current-password'} required aria-describedby=${door.isNew ? `${id}-hint` : undefined} ...${faulty} />
      <button type="button" class="quiet" aria-pressed=${isShown} onClick=${() => setIsShown(!isShown)}>${t(isShown ? 'hidePassword' : 'showPassword')}</button></div>
      ${door.isNew && html`<p class="hint" id=${`${id}-hint`}>${t('passwordHint')}</p>`}</div>
    <button class="primary" aria-disabled=${isSending}>${t(isSending ? 'oneMoment' : door.submit)}</button>
  </form></div>`;
}

export default function DoorsPage() {
  const at = doors[page.value?.path ?? ''] ? /** @type {string} */ (page.value?.path) : '/sign-in';
  const door = doors[at];
  const account = standing.value?.account;
  useTitle(t(door.title));
  const next = query.value.get('next') ?? '/';
  const done = () => (page.value?.noun === 'doors' ? go(next.startsWith('/') && !next.startsWith('//') ? next : '/') : undefined);
  const needsLink = at === '/set-up' ? !keyOf() : at === '/register' && !keyOf() && standing.value?.registrationIsOpen === false;
  return html`<div class="sheet one"><div class="door">
    <header class="hero"><h1>${t(door.title)}</h1><p class="lead">${account ? t('signedInAs', { name: account.username }) : isShutOut() && at === '/sign-in' ? t('privateText') : t(door.text)}</p></header>
    ${account
      ? html`<p><a class="button" href="/account">${t('account')}</a></p>`
      : needsLink
        ? html`<p class="trouble" role="alert">${t(at === '/set-up' ? 'setUpNeedsLink' : 'registrationClosed')}</p>`
        : html`<${DoorForm} key=${at} door=${door} onDone=${done} />`}
    ${!account && html`<p class="other-door">${at === '/sign-in'
      ? standing.value?.registrationIsOpen ? html`<a href="/register">${t('toRegister')}</a>` : t('inviteHint')
      : html`<a href="/sign-in">${t('toSignIn')}</a>`}</p>`}
  </div></div>`;
}
