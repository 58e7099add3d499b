// What a person sees when something does not work.

import { expect, test } from './atlas.js';

test.use({ complaints: [[/Failed to load resource/], { option: true }] });

const draft = { text: 'A tabby under the bridge', nickname: 'Taxi', location: 'Harbour' };

test('an atlas that is gone and comes back loses nothing that was typed', async ({ home, atlas }) => {
  await home.openWithFeed();
  await home.textInput.focus();
  await home.page.getByRole('complementary', { name: 'Connection' }).waitFor({ state: 'attached' });
  await atlas.stop();
  await home.log(draft);
  await expect(home.toasts).toContainText('kept here');
  expect((await home.typed()).text).toBe('');
  await atlas.restart();
  await home.page.getByRole('button', { name: 'Send now' }).click();
  await expect(home.names).toHaveText(['Taxi']);
  expect(await atlas.sightings()).toHaveLength(1);
});

test('each refusal is told in plain words and keeps what was typed', async ({ home, page }) => {
  let status = 0;
  await page.route(/\/entries$/, (route) => route.fulfill({ status, json: { detail: 'technical', request_id: 'c0ffee' } }));
  await home.openWithFeed();
  const told = /** @type {const} */ ([[413, 'shorten it'], [422, 'could not read'], [429, 'wait a minute'], [500, 'c0ffee'], [503, 'busy']]);
  for (const [refusal, words] of told) {
    status = refusal;
    await home.log(draft);
    await expect(home.errorMessage, String(refusal)).toContainText(words);
    await expect(home.errorMessage).not.toContainText('technical');
    expect(await home.typed()).toEqual(draft);
  }
});

test('a note the server finds blank is told at its field', async ({ home }) => {
  await home.openWithFeed();
  await home.log({ text: '<b></b>' });
  await expect(home.errorMessage).toContainText('write what you saw');
  await expect(home.textInput).toBeFocused();
  expect((await home.typed()).text).toBe('<b></b>');
});

test('what is too long is said before it is sent, and where', async ({ home, atlas }) => {
  await home.openWithFeed();
  await home.log({ text: 'x'.repeat(5001), location: 'y'.repeat(201) });
  await expect(home.errorMessage).toContainText('5,000');
  await expect(home.errorMessage).toContainText('200');
  await expect(home.page.getByText('1 character too many')).toBeVisible();
  await expect(home.locationInput).toHaveAttribute('aria-invalid', 'true');
  expect(await atlas.sightings()).toEqual([]);
});

test('an impatient double click sends once', async ({ home, atlas, page }) => {
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await page.route(/\/entries$/, async (route) => {
    await held;
    await route.continue();
  });
  await home.openWithFeed();
  await home.textInput.fill('once');
  await home.submitButton.dblclick();
  await expect(home.submitButton).toHaveText('Logging …');
  await home.submitButton.click({ force: true });
  release();
  await expect(home.cards).toHaveCount(1);
  expect(await atlas.sightings()).toHaveLength(1);
});

test('a feed that cannot be loaded says why and is tried again', async ({ home, atlas, page }) => {
  await atlas.log({ text: 'x', nickname: 'Miso' });
  await page.route(/\/entries\?/, (route) => route.fulfill({ status: 503, json: {} }), { times: 1 });
  await home.open();
  await expect(home.feedError).toContainText('busy');
  await home.feedError.getByRole('button', { name: 'Try again' }).click();
  await expect(home.names).toHaveText(['Miso']);
  await expect(home.feedError).toBeHidden();
});

test('a page open across an update asks to be reloaded', async ({ home, page }) => {
  await page.route(/\/i18n\/de\.js$/, (route) => route.fulfill({ status: 404, json: {} }));
  await home.openWithFeed();
  await home.openMenu();
  await home.language.selectOption('de');
  await expect(home.toasts).toContainText('Please reload');
  await expect(home.language).toHaveValue('en');
});

test.describe('an atlas with tight limits', () => {
  test.use({ options: [['--rate-limit-per-minute', '5', '--access', 'open'], { option: true }] });

  test('says how long to wait, and keeps what was typed', async ({ home, atlas }) => {
    await home.openWithFeed();
    // Of five requests a minute two may write.
    for (const [already, text] of ['the first one', 'the second one'].entries()) {
      await home.log({ text });
      await expect(home.cards).toHaveCount(already + 1);
    }
    await home.log(draft);
    await expect(home.errorMessage).toContainText(/try again in \d+ seconds/);
    await expect(home.errorMessage).toContainText('still here');
    expect(await home.typed()).toEqual(draft);
    expect(await atlas.sightings()).toHaveLength(2);
  });
});

test('a file that is no photo is told, and the rest is kept', async ({ home, page }) => {
  await home.openWithFeed();
  await home.textInput.fill('with a strange file');
  await home.photoInput.setInputFiles({ name: 'cat.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture at all') });
  await expect(home.toasts).toContainText('no photo the atlas can read');
  await page.route(/with-image$/, (route) => route.fulfill({ status: 413, json: { detail: 'technical' } }));
  await home.photoInput.setInputFiles({ name: 'cat.gif', mimeType: 'image/gif', buffer: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64') });
  await expect(home.photoPreview).toBeVisible();
  await home.submitButton.click();
  await expect(home.errorMessage).toContainText('larger than the atlas takes');
  await expect(home.photoPreview).toBeVisible();
  await expect(home.textInput).toHaveValue('with a strange file');
});
