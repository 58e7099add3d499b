// The pages for admins: how the atlas is doing, who may do what, and what was done.

import { html, useEffect } from '../../vendor/preact.js';
import { Audit } from '../components/admin-audit.js';
import { Flags } from '../components/admin-flags.js';
import { Health } from '../components/admin-health.js';
import { Users } from '../components/admin-users.js';
import { t } from '../lib/i18n.js';
import { go, useTitle } from '../lib/router.js';
import { mayDo, standing } from '../lib/store.js';
import { Notice } from '../components/notice.js';

/** The parts, by their addresses. @type {[string, import('../lib/i18n.js').Key, any][]} */
const parts = [
  ['/admin', 'adminHealth', Health],
  ['/admin/users', 'adminUsers', Users],
  ['/admin/flags', 'adminFlags', Flags],
  ['/admin/audit', 'adminAudit', Audit],
];

/** @param {{ path: string }} props */
export default function AdminPage({ path }) {
  const [, title, Part] = parts.find(([at]) => at === path) ?? parts[0];
  useTitle(`${t(title)} · ${t('admin')}`);
  const isStranger = standing.value !== null && !standing.value.account;
  useEffect(() => {
    if (isStranger) go(`/sign-in?next=${path}`);
  }, [isStranger]);
  if (!standing.value || isStranger) return html`<div class="sheet one" aria-busy="true"><div class="ghost"><i></i><i></i><i></i></div></div>`;
  if (!mayDo('audit')) return html`<div class="sheet one" role="alert"><${Notice} coat="soot" title=${t('adminOnly')} text=${t('adminOnlyText')}><a class="button primary" href="/">${t('sightings')}</a><//></div>`;
  return html`<div class="sheet one admin">
    <header class="hero"><p class="kicker">${t('admin')}</p><h1>${t(title)}</h1></header>
    <nav class="parts" aria-label=${t('admin')}>${parts.map(([at, label]) => html`<a key=${at} href=${at} aria-current=${at === path ? 'page' : undefined}>${t(label)}</a>`)}</nav>
    <${Part} />
  </div>`;
}
