// Signing in, registering and setting up.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function DoorsPage() {
  useTitle(t('doorsTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('doorsTitle')}</h1></header></div>`;
}
