// Without a network: what was seen opens, and what is logged arrives once.

import { readFile } from 'node:fs/promises';
import { HomePage } from '../pages/home.page.js';
import { expect, test } from './atlas.js';

test.use({ serviceWorkers: 'allow' });

/** Until the browser keeps what it was answered. */
const isKept = (page, address) => expect.poll(() => page.evaluate(async (at) => Boolean(await caches.match(at, { ignoreVary: true })), address), { timeout: 60_000 }).toBe(true);

/** Opens the page and waits until it is kept for times without a network. */
async function openKept(page, atlas) {
  const home = new HomePage(page, atlas.url);
  await home.openWithFeed();
  // Whoever begins to write does not wait for the page to settle.
  await home.textInput.focus();
  await isKept(page, '/');
  await isKept(page, '/entries?limit=12');
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
  return home;
}
const waiting = (page) => page.getByTestId('waiting');

test('pages and what was seen on them open while the atlas is gone', async ({ atlas, page }) => {
  await atlas.log({ text: 'a tabby', nickname: 'Miso' });
  await fetch(`${atlas.url}/cats/from-sightings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ entry_ids: [1], name: 'Mina' }) });
  const home = await openKept(page, atlas);
  for (const path of ['/cats', '/cats/1']) {
    await page.goto(atlas.url + path);
    await expect(page.getByText('Mina').first()).toBeVisible();
    await isKept(page, path === '/cats' ? '/cats/gallery?limit=24' : `${path}/profile/enhanced`);
  }
  await atlas.stop();
  await page.goto(`${atlas.url}/`);
  await expect(home.names).toHaveText(['Miso']);
  for (const path of ['/cats', '/cats/1']) {
    await page.goto(atlas.url + path);
    await expect(page.getByText('Mina').first()).toBeVisible();
  }
  // A page that was not opened before comes as well; it says what it lacks.
  await page.goto(`${atlas.url}/map`);
  await expect(page.getByRole('heading', { name: 'Map' })).toBeVisible();
});

test('fifty sightings, with the atlas stopped and started in between, are fifty rows', async ({ atlas, page }) => {
  test.setTimeout(180_000);
  const home = await openKept(page, atlas);
  const log = async (from, to) => {
    for (let n = from; n <= to; n++) {
      await home.log({ text: `sighting ${n}` });
      await expect(home.textInput).toHaveValue('');
    }
  };
  await log(1, 15);
  await atlas.stop();
  await log(16, 25);
  await expect(waiting(page)).toContainText('10');
  await page.reload();
  await home.submitButton.waitFor();
  await home.textInput.focus();
  await expect(waiting(page)).toContainText('10');
  await log(26, 35);
  await expect(waiting(page)).toContainText('20');
  await atlas.restart();
  await waiting(page).getByRole('button', { name: 'Send now' }).click();
  await expect(waiting(page)).toBeHidden({ timeout: 60_000 });
  await log(36, 50);
  const texts = (await atlas.sightings()).map(({ text }) => text);
  expect(texts).toHaveLength(50);
  expect(new Set(texts).size).toBe(50);
});

test('an answer that never arrived is asked for again, and the sighting is logged once', async ({ atlas, page, context }) => {
  const home = await openKept(page, atlas);
  // The atlas hears it; its answer is lost on the way.
  await context.route(/\/entries$/, async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await home.log({ text: 'heard, not answered' });
  await expect(waiting(page)).toContainText('1');
  await waiting(page).getByRole('button', { name: 'Send now' }).click();
  await expect(waiting(page)).toBeHidden();
  expect(await atlas.sightings()).toHaveLength(1);
});

test('a photo waits with its sighting', async ({ atlas, page }) => {
  await openKept(page, atlas);
  const photo = (await readFile(new URL('../../fixtures/photos/chelsea.webp', import.meta.url))).toString('base64');
  const module = await page.evaluate(() => /** @type {HTMLScriptElement} */ (document.querySelector('script[type="module"]')).src.replace(/main\.js$/, 'lib/outbox.js'));
  await atlas.stop();
  const told = await page.evaluate(async ([from, bytes]) => {
    const { deliver } = await import(from);
    const file = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], { type: 'image/webp' });
    return deliver({ text: 'Chelsea', nickname: '', location: '' }, { file, usesPlace: false }).then(() => 'sent', (/** @type {Error} */ error) => error.name);
  }, [module, photo]);
  expect(told).toBe('Later');
  await page.reload();
  await page.getByTestId('text-input').focus();
  await waiting(page).getByRole('button', { name: /waits/ }).click();
  await expect(page.getByTestId('waiting-list').locator('img')).toHaveCount(1);
  await atlas.restart();
  await waiting(page).getByRole('button', { name: 'Send now' }).click();
  await expect(waiting(page)).toBeHidden();
  const [entry] = await atlas.sightings();
  expect(entry.photo_url).toMatch(/\/photos\/[0-9a-f]{64}/);
});

test('what the atlas does not take is shown with the reason, and kept until somebody decides', async ({ atlas, page, context }) => {
  const home = await openKept(page, atlas);
  await atlas.stop();
  await home.log({ text: 'may I?' });
  await expect(waiting(page)).toContainText('1');
  await atlas.restart();
  await context.route(/\/entries$/, (route) => route.fulfill({ status: 403, json: { detail: { code: 'NOT_ALLOWED', message: '', retryable: false }, request_id: 'x' } }));
  await waiting(page).getByRole('button', { name: 'Send now' }).click();
  await expect(waiting(page)).toContainText('not taken');
  await waiting(page).getByRole('button', { name: /not taken/ }).click();
  await expect(page.getByTestId('waiting-list')).toContainText('sign in');
  await context.unroute(/\/entries$/);
  await page.getByTestId('waiting-list').getByRole('button', { name: 'Try again' }).click();
  await expect(waiting(page)).toBeHidden();
  expect(await atlas.sightings()).toHaveLength(1);
});
