// Logging and reading sightings.

import { fileURLToPath } from 'node:url';
import { expect, test } from './atlas.js';

/** @param {string} name */
const photo = (name) => fileURLToPath(new URL(`../../fixtures/photos/${name}`, import.meta.url));

test('a sighting logged in the open form comes on top of the list and stays', async ({ home, atlas, page }) => {
  await atlas.log({ text: 'grey, on the wall', nickname: 'Earlier' });
  await home.openWithFeed();
  await home.log({ text: 'Spotted an orange tabby', nickname: 'Whiskers', location: 'Central Park' });
  await expect(home.names).toHaveText(['Whiskers', 'Earlier']);
  await expect(home.cards.first()).toContainText('Central Park');
  await expect(home.cards.first()).toContainText('now');
  await expect(home.toasts).toContainText('Nº 0002');
  expect(await home.typed()).toEqual({ text: '', nickname: '', location: '' });
  await page.reload();
  await expect(home.names).toHaveText(['Whiskers', 'Earlier']);
});

test('an empty form is answered with a message, at the field, and nothing is sent', async ({ home, atlas }) => {
  await home.openWithFeed();
  await home.submitButton.click();
  await expect(home.errorMessage).toBeVisible();
  await expect(home.errorMessage).toHaveRole('alert');
  await expect(home.textInput).toBeFocused();
  await expect(home.textInput).toHaveAccessibleDescription(/write what you saw/);
  expect(await atlas.sightings()).toEqual([]);
  await home.log({ text: 'a cat after all' });
  await expect(home.cards).toHaveCount(1);
  await expect(home.errorMessage).toBeHidden();
});

test('text reaches the page as text', async ({ home, atlas }) => {
  // The server takes markup out; what it leaves, and what an older database may hold, is shown letter by letter.
  await home.page.route(/\/entries\?/, async (route) => {
    const answer = await route.fetch();
    const hostile = { text: '<img src=x onerror="document.title=1"><b>bold</b> &amp;', nickname: '<u>Tom</u>', location: '<script>document.title=2</script>' };
    await route.fulfill({ response: answer, json: (await answer.json()).map((entry) => ({ ...entry, ...hostile })) });
  });
  await atlas.log({ text: 'x' });
  await home.openWithFeed();
  await expect(home.cards.first()).toContainText('<img src=x onerror="document.title=1"><b>bold</b> &amp;');
  await expect(home.names).toHaveText(['<u>Tom</u>']);
  await expect(home.cards.locator('img, b, u, script')).toHaveCount(0);
  await expect(home.page).toHaveTitle('Sightings · CatAtlas');
});

test('older sightings come by themselves, page by page to the very first', async ({ home, atlas, page }) => {
  for (let n = 1; n <= 60; n++) await atlas.log({ text: `sighting ${n}` });
  await home.openWithFeed();
  await expect(home.cards).toHaveCount(12);
  await expect(page.getByText('60 sightings so far')).toBeVisible();
  await home.cards.last().scrollIntoViewIfNeeded();
  await expect(home.cards).toHaveCount(36);
  await home.cards.last().scrollIntoViewIfNeeded();
  await expect(home.cards).toHaveCount(60);
  await expect(home.cards.last()).toContainText('sighting 1');
  await expect(home.olderButton).toBeHidden();
});

test('the way back leads to where the feed was left, also over a reload', async ({ home, atlas, page }) => {
  for (let n = 1; n <= 60; n++) await atlas.log({ text: `sighting ${n}`, nickname: `Cat ${n}` });
  await home.openWithFeed();
  await home.cards.last().scrollIntoViewIfNeeded();
  await expect(home.cards).toHaveCount(36);
  const card = page.locator('#entry-30');
  await card.scrollIntoViewIfNeeded();
  await card.getByRole('link', { name: 'Cat 30' }).click();
  await expect(page).toHaveURL(/\/entries\/30$/);
  await page.goBack();
  await expect(card).toBeInViewport();
  await page.reload();
  await expect(card).toBeInViewport();
});

test('words and filters find sightings, and live in the address', async ({ home, atlas, page }) => {
  await atlas.log({ text: 'grey, on the wall', nickname: 'Miso' });
  await atlas.log({ text: 'ginger, in the sun', nickname: 'Biscuit' });
  await home.openWithFeed();
  await home.search.fill('ginger');
  await expect(home.names).toHaveText(['Biscuit']);
  await expect(page).toHaveURL(/\?q=ginger$/);
  await page.reload();
  await expect(home.search).toHaveValue('ginger');
  await expect(home.names).toHaveText(['Biscuit']);
  await page.getByRole('radio', { name: 'Favourites' }).check();
  await expect(page.getByRole('heading', { name: 'No sighting answers to that' })).toBeVisible();
  await page.goBack();
  await expect(home.names).toHaveText(['Biscuit']);
  await home.search.fill('');
  await expect(home.names).toHaveText(['Biscuit', 'Miso']);
  await page.getByRole('radio', { name: 'Not linked' }).check();
  await expect(page).toHaveURL(/show=unlinked/);
  await expect(home.names).toHaveText(['Biscuit', 'Miso']);
  await page.goto(`${atlas.url}/?until=2020-01-01`);
  await expect(page.getByLabel('To', { exact: true })).toHaveValue('2020-01-01');
  await expect(page.getByRole('heading', { name: 'No sighting answers to that' })).toBeVisible();
});

test('a photo is shown before it is sent, and on its plate afterwards', async ({ home, atlas }) => {
  await home.openWithFeed();
  await home.photoInput.setInputFiles(photo('chelsea-gps-rotated.jpg'));
  await expect(home.photoPreview).toBeVisible();
  await home.page.getByTestId('photo-place').check();
  await home.log({ text: 'Chelsea, close up', nickname: 'Chelsea' });
  await expect(home.cards).toHaveCount(1);
  const shown = home.cards.first().getByRole('img', { name: 'Photo of Chelsea' });
  await expect(shown).toBeVisible();
  await expect.poll(() => shown.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBeGreaterThan(100);
  await expect(home.photoPreview).toBeHidden();
  const [sighting] = await atlas.sightings();
  expect(sighting.photo_url).toMatch(/^\/photos\/[0-9a-f]{64}$/);
  expect(sighting.location_lat).not.toBeNull();
});

test('an address part by part makes the place', async ({ home, atlas, page }) => {
  await home.openWithFeed();
  await page.getByText('Street and house number').click();
  await page.getByLabel('Street', { exact: true }).fill('Mill Lane');
  await page.getByLabel('Number', { exact: true }).fill('3');
  await page.getByLabel('Town', { exact: true }).fill('Leeds');
  await home.log({ text: 'x' });
  await expect(home.cards.first()).toContainText('Mill Lane 3, Leeds');
});

test('what is deleted can be brought back, and is gone where it is not', async ({ home, doors, atlas, page }) => {
  atlas.account('mina', 'caretaker');
  await atlas.log({ text: 'x', nickname: 'Miso' });
  await atlas.log({ text: 'y', nickname: 'Taxi' });
  await doors.signIn('mina');
  await home.openWithFeed();
  await page.getByRole('button', { name: 'Delete Taxi' }).click();
  await expect(home.names).toHaveText(['Miso']);
  await home.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect(home.names).toHaveText(['Taxi', 'Miso']);
  await page.getByRole('button', { name: 'Delete Miso' }).click();
  await expect(home.names).toHaveText(['Taxi']);
  expect(await atlas.sightings()).toHaveLength(2);
  // Whoever leaves has decided.
  await page.reload();
  await expect.poll(async () => (await atlas.sightings()).length, { timeout: 30_000 }).toBe(1);
});

test('what was typed outlives a look at another page', async ({ home }) => {
  await home.openWithFeed();
  await home.textInput.fill('half a note');
  await home.tabs.getByRole('link', { name: 'Cats' }).click();
  await home.tabs.getByRole('link', { name: 'Sightings' }).click();
  await expect(home.textInput).toHaveValue('half a note');
});

test('a favourite mark is kept', async ({ home, atlas, page }) => {
  await atlas.log({ text: 'x', nickname: 'Miso' });
  await home.openWithFeed();
  const mark = page.getByRole('button', { name: 'Mark Miso as a favourite' });
  const saved = page.waitForResponse(/favorite$/);
  await mark.click();
  await expect(mark).toHaveAttribute('aria-pressed', 'true');
  expect((await saved).status()).toBe(200);
  await page.reload();
  await expect(mark).toHaveAttribute('aria-pressed', 'true');
});

test('a long note is folded and opens in place', async ({ home, atlas }) => {
  await atlas.log({ text: `${'A long walk along the harbour. '.repeat(30)}The end.` });
  await home.openWithFeed();
  await home.page.getByRole('button', { name: 'Read all' }).click();
  await expect(home.cards.first()).toContainText('The end.');
  await expect(home.page.getByRole('button', { name: 'Read all' })).toBeHidden();
});

test('the keyboard alone is enough', async ({ home, page, isMobile }) => {
  test.skip(isMobile, 'a phone has no such keys');
  await home.openWithFeed();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(home.textInput).toBeFocused();
  await page.keyboard.type('seen from the keyboard');
  await page.keyboard.press('Control+Enter');
  await expect(home.cards.first()).toContainText('seen from the keyboard');
});
