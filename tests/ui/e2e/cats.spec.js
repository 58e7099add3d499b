// Cats: the gallery, and the page of each.

import { AxeBuilder } from '@axe-core/playwright';
import { CatPage } from '../pages/cat.page.js';
import { expect, test } from './atlas.js';

/** A cat with sightings, over the API. */
async function cat(atlas, name, ...drafts) {
  const entry_ids = [];
  for (const draft of drafts) entry_ids.push((await atlas.log(draft)).id);
  const answer = await fetch(`${atlas.url}/cats/from-sightings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ entry_ids, name }) });
  expect(answer.status).toBe(200);
  return (await answer.json()).id;
}
const tabby = { text: 'A tabby, limping, by the bakery', location: 'Bakery', location_lat: 52.5, location_lon: 13.4 };

test('the gallery leads to each cat', async ({ home, atlas, page }) => {
  await cat(atlas, 'Mina', tabby, tabby);
  await cat(atlas, null, { text: 'a black one' });
  const cats = new CatPage(page, atlas.url);
  await cats.openGallery();
  await expect(cats.gallery.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText('2 cats known')).toBeVisible();
  await cats.gallery.getByRole('link', { name: /Mina/ }).click();
  await expect(cats.name).toContainText('Mina');
  await expect(page).toHaveTitle('Mina · CatAtlas');
  await expect(cats.figures).toContainText('Sightings2');
  await expect(cats.timeline.getByRole('link')).toHaveCount(2);
  await page.reload();
  await expect(cats.name).toContainText('Mina');
});

test('a cat is named where its name stands', async ({ home, atlas, page }) => {
  const id = await cat(atlas, 'Mina', tabby);
  const cats = new CatPage(page, atlas.url);
  await cats.open(id);
  await cats.rename('Wilhelmina');
  await expect(cats.name).toContainText('Wilhelmina');
  await expect(page.getByRole('button', { name: 'Change the name' })).toBeFocused();
  await page.reload();
  await expect(cats.name).toContainText('Wilhelmina');
});

test('the notes are asked in four modes, and cite the sightings they rest on', async ({ home, atlas, page }) => {
  const id = await cat(atlas, 'Mina', tabby, tabby);
  const cats = new CatPage(page, atlas.url);
  await cats.open(id);
  for (const [mode, words] of [['Care', 'may need a hand'], ['Risks', 'to watch'], ['News', 'latest on Mina'], ['Who', 'neighbours know']]) {
    await page.getByRole('radio', { name: mode, exact: true }).check();
    await page.getByRole('button', { name: 'Ask the notes' }).click();
    await expect(cats.insight).toContainText(words);
  }
  await expect(cats.insight.locator('.citations a').first()).toHaveAttribute('href', '/entries/2');
});

test.describe('hostile words', () => {
  // A document of its own runs nothing, and the browser says so.
  test.use({ complaints: [[/inline event handler/], { option: true }] });

  test('people talk about a cat, and their markup is no more than it seems', async ({ home, atlas, page }) => {
    const id = await cat(atlas, 'Mina', tabby);
    await page.route(/\/comments\?/, async (route) => {
      const hostile = [{ id: 9, cat_id: id, author_name: '<u>Jo</u>', content: '<b>bold</b><img src=x onerror="document.title=1">', createdAt: '2026-01-10T22:27:08Z', updatedAt: '' }];
      await route.fulfill({ json: { comments: hostile, total: 1, page: 1, limit: 20, totalPages: 1, hasMore: false } });
    });
    const cats = new CatPage(page, atlas.url);
    await cats.open(id);
    await expect(cats.comments).toContainText('<u>Jo</u>');
    await expect(cats.comments.locator('b')).toHaveText('bold');
    await expect(cats.comments.locator('img')).toHaveCount(0);
    await cats.say('Ali', 'She likes <em>fish</em>.');
    await expect(cats.comments.locator('em')).toHaveText('fish');
    await expect(page.getByLabel('What do you know about this cat?')).toHaveValue('');
    await cats.say('Ali', ' ');
    await expect(page.getByRole('alert')).toContainText('write something first');
  });
});

test('a poster has the cat, a headline of one\'s own and a code', async ({ home, atlas, page }) => {
  const id = await cat(atlas, 'Mina', tabby);
  const cats = new CatPage(page, atlas.url);
  await cats.open(id);
  await page.getByRole('button', { name: 'Poster' }).click();
  await expect(cats.poster).toContainText('Have you seen Mina?');
  await page.getByLabel('Headline').fill('Missing since Friday');
  await page.getByLabel('Whom to tell').fill('030 123');
  await expect(cats.poster).toContainText('Missing since Friday');
  await expect(cats.poster.getByRole('img', { name: `${atlas.url}/cats/${id}` })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(cats.timeline).toBeHidden();
  await expect(cats.poster).toBeVisible();
});

test.describe('no such cat', () => {
  test.use({ complaints: [[/Failed to load resource/], { option: true }] });

  test('a cat that is not there is told kindly', async ({ home, atlas, page }) => {
    await page.goto(`${atlas.url}/cats/999`);
    await expect(page.getByRole('alert')).toContainText('There is no such cat');
  });
});

test('cats can be met by everybody, in both themes', async ({ home, atlas, page }) => {
  const id = await cat(atlas, 'Mina', tabby, tabby);
  const cats = new CatPage(page, atlas.url);
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const open of [() => cats.openGallery(), () => cats.open(id)]) {
      await open();
      await expect(page.getByText(/Mina/).first()).toBeVisible();
      await page.addStyleTag({ content: '*, ::before, ::after { background-image: none !important; }' });
      const { violations } = await new AxeBuilder({ page }).options({ preload: false }).analyze();
      expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    }
  }
});
