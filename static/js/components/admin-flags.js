// Features that can be switched: off, on, or on for a share of people.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { request } from '../lib/api.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { toast } from './toasts.js';

/** @typedef {{ name: string, state: string, percent: number, is_set: boolean }} Flag */

/** What features are called; one of a newer server goes by its own name. @type {Record<string, import('../lib/i18n.js').Key>} */
const names = { ai_analysis: 'flagAnalysis', new_cat_profiles: 'flagProfiles' };

/** @param {{ flag: Flag, onChange: (percent: number | null) => void }} props */
function FlagRow({ flag, onChange }) {
  const label = names[flag.name] ? t(names[flag.name]) : flag.name;
  const shares = [...new Set([0, 10, 25, 50, 75, 100, flag.percent])].sort((a, b) => a - b);
  return html`<li data-testid=${`flag-${flag.name}`}><div><strong>${label}</strong>${!flag.is_set && html` <span class="badge">${t('flagDefault')}</span>`}<p>${flag.name}</p></div>
    <div class="user-acts"><select aria-label=${label} value=${flag.percent} onChange=${(/** @type {any} */ event) => onChange(Number(event.currentTarget.value))}>
        ${shares.map((percent) => html`<option key=${percent} value=${percent} selected=${percent === flag.percent}>${percent === 0 ? t('flagOff') : percent === 100 ? t('flagOn') : t('flagShare', { n: percent })}</option>`)}</select>
      ${flag.is_set && html`<button type="button" onClick=${() => onChange(null)}>${t('flagReset')}<span class="unseen"> ${label}</span></button>`}</div></li>`;
}

export function Flags() {
  const [flags, setFlags] = useState(/** @type {Flag[] | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const load = () => request('/admin/flags').then(({ body }) => (setFlags(body), setTrouble('')), (error) => setTrouble(explain(error).message));
  useEffect(() => void load(), []);
  /** @param {Flag} flag @param {number | null} percent */
  const change = async (flag, percent) => {
    try {
      const { body } = await request('/admin/flags', 'PATCH', { name: flag.name, percent });
      setFlags((flags ?? []).map((other) => (other.name === flag.name ? body : other)));
      toast(t('flagChanged'));
    } catch (error) {
      toast(explain(error).message, 'bad');
      await load();
    }
  };
  return html`${trouble && html`<p class="trouble" role="alert">${trouble} <button type="button" class="link" onClick=${load}>${t('retry')}</button></p>`}
    <section class="panel" aria-labelledby="flags-title" aria-busy=${!flags && !trouble}><h2 id="flags-title">${t('flagsTitle')}</h2><p>${t('flagsText')}</p>
      <ul class="rows">${(flags ?? []).map((flag) => html`<${FlagRow} key=${flag.name} flag=${flag} onChange=${(/** @type {number | null} */ percent) => change(flag, percent)} />`)}</ul></section>`;
}
