// The page of one sighting.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function EntryPage() {
  useTitle(t('entryTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('entryTitle')}</h1></header></div>`;
}
