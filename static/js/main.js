// Starts the app: the language first, so that nothing is shown in two.

import { html, render } from '../vendor/preact.js';
import { Shell } from './components/shell.js';
import { preferredLanguage, setLanguage } from './lib/i18n.js';
import { remembered } from './lib/store.js';

await setLanguage(preferredLanguage(remembered('language')));
const app = document.getElementById('app');
if (app) render(html`<${Shell} />`, app);
