// The map.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function MapPage() {
  useTitle(t('mapTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('mapTitle')}</h1></header></div>`;
}
