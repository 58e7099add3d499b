// What was done by whom, the newest first.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { list } from '../lib/api.js';
import { moment, t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';

/** @typedef {{ id: number, at: string, actor: string, deed: string, object: string, object_id: number | null, details: Record<string, unknown> | null }} Line */

/** Where what a deed was done to is shown. @param {Line} line */
const pageOf = ({ object, object_id }) => (object === 'entry' ? `/entries/${object_id}` : object === 'cat' ? `/cats/${object_id}` : null);

/** "role: caretaker, from: member". Values are what a program wrote, so they stay as they are. @param {Record<string, unknown> | null} details */
export const detailWords = (details) => Object.entries(details ?? {}).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`).join(', ');

/** @param {{ line: Line }} props */
function Row({ line }) {
  const page = pageOf(line);
  const what = `${line.object} ${line.object_id ?? ''}`;
  return html`<tr><td><time datetime=${line.at}>${moment(new Date(line.at))}</time></td><td>${line.actor}</td><td>${line.deed}</td>
    <td>${page && line.deed !== 'delete' ? html`<a href=${page}>${what}</a>` : what}</td><td class="details">${detailWords(line.details)}</td></tr>`;
}

export function Audit() {
  const [lines, setLines] = useState(/** @type {Line[] | null} */ (null));
  const [older, setOlder] = useState(/** @type {number | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const load = async (/** @type {number | null} */ before = null) => {
    try {
      const page = await list('/admin/audit', { limit: 50, before });
      setLines(before === null ? page.rows : [...(lines ?? []), ...page.rows]);
      setOlder(page.older);
      setTrouble('');
    } catch (error) {
      setTrouble(explain(error).message);
    }
  };
  useEffect(() => void load(), []);
  return html`${trouble && html`<p class="trouble" role="alert">${trouble} <button type="button" class="link" onClick=${() => load()}>${t('retry')}</button></p>`}
    <section class="panel" aria-labelledby="audit-title" aria-busy=${!lines && !trouble}><h2 id="audit-title">${t('auditTitle')}</h2>
      ${lines?.length === 0 && html`<p>${t('auditNone')}</p>`}
      ${lines && lines.length > 0 && html`<div class="wide" tabindex="0" role="group" aria-label=${t('auditTitle')}><table data-testid="audit-lines"><thead><tr><th scope="col">${t('auditWhen')}</th><th scope="col">${t('auditWho')}</th><th scope="col">${t('auditDeed')}</th><th scope="col">${t('auditTo')}</th><th scope="col">${t('auditDetails')}</th></tr></thead>
        <tbody>${lines.map((line) => html`<${Row} key=${line.id} line=${line} />`)}</tbody></table></div>`}
      ${older !== null && html`<button type="button" onClick=${() => load(older)}>${t('auditMore')}</button>`}</section>`;
}
