// The page of one cat.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function CatPage() {
  useTitle(t('catTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('catTitle')}</h1></header></div>`;
}
