// The page `/`: the newest sightings, and the form to log one.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { EntryCard } from '../components/entry-card.js';
import { EntryForm } from '../components/entry-form.js';
import { Notice } from '../components/notice.js';
import { toast } from '../components/toasts.js';
import { entries, failure, feed, loadNewest, loadOlder, logged, older, total } from '../lib/feed.js';
import { t } from '../lib/i18n.js';
import { explain } from '../lib/problems.js';
import { useTitle } from '../lib/router.js';

/** The shape of what is on its way. */
const Skeleton = () => html`<div class="plates" aria-hidden="true">
  ${[0, 1, 2, 3, 4, 5].map((n) => html`<div class="card blank" key=${n}><div class="plate"></div><div class="body"><i></i><i></i><i></i></div></div>`)}
</div>`;

function Failed() {
  return html`<div role="alert" data-testid="feed-error"><${Notice} coat="blue" title=${t('loadFailed')} text=${explain(failure.value).message}>
    <button type="button" class="primary" onClick=${loadNewest}>${t('retry')}</button>
  <//></div>`;
}

/** @param {{ onNews: (news: string) => void }} props */
function Older({ onNews }) {
  const reach = async () => {
    if (feed.value === 'reaching') return;
    try {
      const found = await loadOlder();
      onNews(t('olderLoaded', { n: found.length }));
      // Reading goes on where the new ones begin; the button may be gone.
      requestAnimationFrame(() => document.getElementById(`entry-${found[0]?.id}`)?.focus({ preventScroll: true }));
    } catch (error) {
      toast(explain(error).message, 'bad');
    }
  };
  if (older.value === null) return html`<p class="beginning">${t('beginning')}</p>`;
  return html`<button type="button" class="older" data-testid="older-button" aria-disabled=${feed.value === 'reaching'} onClick=${reach}>
    ${t(feed.value === 'reaching' ? 'loadingOlder' : 'older')}</button>`;
}

/** @param {{ entry: import('../lib/api.js').Entry }} props */
const Plate = ({ entry }) => html`<li id=${`entry-${entry.id}`} tabindex="-1" data-new=${logged.value === entry.id}><${EntryCard} entry=${entry} /></li>`;

function Feed() {
  const [news, setNews] = useState('');
  const list = entries.value;
  const isLoading = feed.value === 'loading' && !list.length;
  const isSettled = feed.value === 'ready' || feed.value === 'reaching';
  return html`<section class="feed" aria-labelledby="feed-title" aria-busy=${!isSettled && feed.value !== 'failed'}>
    <h2 id="feed-title" class="unseen">${t('sightings')}</h2>
    <p class="unseen" role="status">${isLoading ? t('loading') : news}</p>
    ${feed.value === 'failed' && html`<${Failed} />`}
    <ol class="plates" data-testid="entry-list">${list.map((entry) => html`<${Plate} key=${entry.id} entry=${entry} />`)}</ol>
    ${isLoading && html`<${Skeleton} />`}
    ${isSettled && !list.length && html`<${Notice} coat="marmalade" title=${t('emptyTitle')} text=${t('emptyText')} />`}
    ${isSettled && list.length > 0 && html`<${Older} onNews=${setNews} />`}
  </section>`;
}

export function EntriesPage() {
  useEffect(() => void loadNewest(), []);
  useTitle(t('sightings'));
  return html`<div class="sheet">
    <header class="hero"><p class="kicker">${t('tagline')}</p><h1>${t('sightings')}</h1>
      <p class="count">${total.value ? t('total', { n: total.value }) : ''}</p></header>
    <${EntryForm} />
    <${Feed} />
  </div>`;
}
