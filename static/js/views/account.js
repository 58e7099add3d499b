// The own account.

import { html } from '../../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useTitle } from '../lib/router.js';

export default function AccountPage() {
  useTitle(t('accountTitle'));
  return html`<div class="sheet one"><header class="hero"><h1>${t('accountTitle')}</h1></header></div>`;
}
