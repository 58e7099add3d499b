// The pages for admins.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function AdminPage() {
  useTitle(t('adminTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('adminTitle')}</h1></header></div>`;
}
