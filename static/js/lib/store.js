// What every page knows: who is here and what they may do, the time, the colours, and what the browser remembers of the person.

import { signal } from '../../vendor/preact.js';
import { renew, request } from './api.js';

/** @typedef {{ id: number, username: string, role: 'member' | 'caretaker' | 'admin', createdAt: string }} Account */
/** @typedef {'no' | 'own' | 'any'} Reach */
/** @typedef {{ account: Account | null, isStale: boolean, access: 'private' | 'community' | 'open', registrationIsOpen: boolean, may: Record<string, Reach> }} Standing */

/** How whoever looks stands with this atlas; null until it is known. */
export const standing = signal(/** @type {Standing | null} */ (null));

/** Asks who is here. What a browser was signed in with is renewed where its time is over. */
export async function learnStanding() {
  let found = (await request('/auth/standing')).body;
  if (found.isStale && (await renew().then(() => true, () => false))) found = (await request('/auth/standing')).body;
  standing.value = found;
}

/** Whether somebody may do this, to what somebody made. Until it is known nothing is hidden: that would make the page jump. @param {string} act @param {number | null} [createdBy] */
export function mayDo(act, createdBy) {
  if (!standing.value) return true;
  const { may, account } = standing.value;
  return may[act] === 'any' || (may[act] === 'own' && (createdBy === undefined || (createdBy !== null && createdBy === account?.id)));
}

/** Whether the pages of this atlas stay closed to whoever looks. */
export const isShutOut = () => standing.value !== null && standing.value.may.read === 'no';

/** The time, to the minute, so that "2 hours ago" stays true on a page left open. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 60_000);

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const systemWantsContrast = matchMedia('(prefers-contrast: more)');
const root = document.documentElement;

/** The colours that were chosen; 'system' follows the machine. */
export const theme = signal(/** @type {'system' | 'light' | 'dark'} */ (remembered('theme') ?? 'system'));
export const contrast = signal(/** @type {'system' | 'more' | 'less'} */ (remembered('contrast') ?? 'system'));
/** Whether the page is dark; theme-boot.js saw to it before the first paint. */
export const isDark = signal(root.dataset.theme === 'dark');

function applyColours() {
  isDark.value = theme.value === 'system' ? systemIsDark.matches : theme.value === 'dark';
  root.dataset.theme = isDark.value ? 'dark' : 'light';
  root.dataset.contrast = contrast.value === 'more' || (contrast.value === 'system' && systemWantsContrast.matches) ? 'more' : 'less';
}

/** @param {'system' | 'light' | 'dark'} wanted */
export function chooseTheme(wanted) {
  theme.value = wanted;
  remember('theme', wanted === 'system' ? null : wanted);
  applyColours();
}

/** @param {boolean} wanted */
export function chooseContrast(wanted) {
  contrast.value = wanted === systemWantsContrast.matches ? 'system' : wanted ? 'more' : 'less';
  remember('contrast', contrast.value === 'system' ? null : contrast.value);
  applyColours();
}
for (const wish of [systemIsDark, systemWantsContrast]) wish.addEventListener('change', applyColours);

/** Storage may be switched off; then nothing is remembered, and nothing breaks. @param {string} name @returns {any} */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} value null forgets */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // See remembered().
  }
}
