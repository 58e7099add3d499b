// Starts the app: the language first, so that nothing is shown in two.

import { html, render } from '../vendor/preact.js';
import { Shell } from './components/shell.js';
import { preferredLanguage, setLanguage } from './lib/i18n.js';
import { remembered } from './lib/store.js';

await setLanguage(preferredLanguage(remembered('language')));
const app = document.getElementById('app');
if (app) render(html`<${Shell} />`, app);

/** What times without a network take is not for the first look: it comes once that is over, or as soon as somebody does something. */
const soon = ['focusin', 'pointerdown', 'offline'];
const settle = () => {
  clearTimeout(timer);
  for (const sign of soon) removeEventListener(sign, settle);
  void import('./components/offline.js').then(({ begin }) => begin(), () => {});
};
const timer = setTimeout(settle, 3000);
for (const sign of soon) addEventListener(sign, settle);
