// The list of cats.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function CatsPage() {
  useTitle(t('catsTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('catsTitle')}</h1></header></div>`;
}
