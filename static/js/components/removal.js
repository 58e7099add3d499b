// Taking things away with time to think again: gone from the page at once, from the server a moment later.

import { request, sendAndLeave } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { toast } from './toasts.js';

/** How long a removal can be undone. */
export const UNDO_MS = 7000;

/** @typedef {{ path: string, said: string, hide: (isGone: boolean) => void }} Removal `hide` takes the thing out of sight, or puts it back */

/** @type {Set<() => void>} */
const waiting = new Set();

/** @param {Removal} removal */
export function removeWithUndo({ path, said, hide }) {
  let isDecided = false;
  /** @param {() => void} then */
  const decide = (then) => {
    if (isDecided) return;
    isDecided = true;
    clearTimeout(timer);
    waiting.delete(now);
    close();
    then();
  };
  const send = () =>
    void request(path, 'DELETE').catch((error) => {
      // Somebody else took it away meanwhile: that is what was wanted.
      if (error.status === 404) return;
      hide(false);
      toast(explain(error).message, 'bad');
    });
  // Whoever leaves has decided. The request outlives the page.
  const now = () => decide(() => sendAndLeave(path, 'DELETE'));
  hide(true);
  const close = toast(said, 'good', { label: t('undo'), act: () => decide(() => hide(false)) });
  const timer = setTimeout(() => decide(send), UNDO_MS);
  waiting.add(now);
}

addEventListener('pagehide', () => [...waiting].forEach((now) => now()));
