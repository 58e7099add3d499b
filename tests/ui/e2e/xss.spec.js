// A corpus of attacks in every text that a page shows: none of it runs, none of it becomes an element.

import { readFileSync } from 'node:fs';
import { CatPage } from '../pages/cat.page.js';
import { expect, test } from './atlas.js';

const attacks = /** @type {string[]} */ (JSON.parse(readFileSync(new URL('../../fixtures/xss.json', import.meta.url), 'utf8')));

/** Sends JSON, and hands over what came of it where it was taken. @param {string} url @param {object} body */
async function post(url, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return answer.ok ? answer.json() : null;
}

/** Everything that an attack would have left in a page. @param {import('@playwright/test').Page} page @param {string} within */
const remains = (page, within) =>
  page.locator(within).evaluateAll((parts) => parts.flatMap((part) => [...part.querySelectorAll('*')]
    .filter((element) => element.matches('script, iframe, object, embed, style, form form, base, meta, [href^="javascript:" i], [src^="javascript:" i]') || [...element.attributes].some(({ name }) => name.startsWith('on')))
    .map((element) => element.outerHTML)));

test('no attack runs in the feed or on the page of a cat', async ({ home, atlas, page }) => {
  const heard = /** @type {string[]} */ ([]);
  page.on('dialog', (dialog) => (heard.push(dialog.message()), dialog.dismiss()));
  const ids = [];
  for (const attack of attacks) {
    const short = [...attack].slice(0, 90).join('');
    ids.push((await atlas.log({ text: `${attack} cat`, nickname: short, location: short })).id);
  }
  const cat = await post(`${atlas.url}/cats/from-sightings`, { entry_ids: ids.slice(0, 90), name: attacks[0] + 'Mina' });
  for (const content of attacks.slice(0, 90)) await post(`${atlas.url}/cats/${cat.id}/comments`, { author_name: 'Jo', content: `${content} hello` });
  await home.openWithFeed();
  for (let shown = await home.cards.count(); shown < ids.length; shown = await home.cards.count()) {
    await home.cards.last().scrollIntoViewIfNeeded();
    await expect.poll(() => home.cards.count()).toBeGreaterThan(shown);
  }
  expect(await remains(page, 'main')).toEqual([]);
  await new CatPage(page, atlas.url).open(cat.id);
  await expect(page.getByText('hello').first()).toBeVisible();
  expect(await remains(page, 'main')).toEqual([]);
  expect(heard).toEqual([]);
});

test('comments are harmless as HTML, wherever else they are shown', async ({ atlas, browser }) => {
  const cat = await post(`${atlas.url}/cats`, { name: 'Mina' });
  const kept = [];
  for (const attack of attacks) kept.push((await post(`${atlas.url}/cats/${cat.id}/comments`, { author_name: 'Jo', content: `${attack} hello` }))?.content ?? '');
  // A page of nobody's, without a security policy.
  const page = await browser.newPage();
  const heard = /** @type {string[]} */ ([]);
  page.on('dialog', (dialog) => (heard.push(dialog.message()), dialog.dismiss()));
  await page.setContent(kept.map((content) => `<div class="comment">${content}</div>`).join('\n'));
  expect(await page.locator('.comment').count()).toBe(attacks.length);
  const names = await page.locator('.comment *').evaluateAll((elements) => elements.map((element) => element.cloneNode(false)).map((element) => /** @type {Element} */ (element).outerHTML));
  expect(names.filter((html) => !/^<(b|i|u|em|strong|p|br)>(<\/\w+>)?$/.test(html))).toEqual([]);
  expect(heard).toEqual([]);
  await page.close();
});
