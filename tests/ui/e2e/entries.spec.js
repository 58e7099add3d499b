// Logging and reading sightings.

import { expect, test } from './atlas.js';

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

test('older sightings come page by page to the very first', async ({ home, atlas }) => {
  for (let n = 1; n <= 30; n++) await atlas.log({ text: `sighting ${n}` });
  await home.openWithFeed();
  await expect(home.cards).toHaveCount(24);
  await expect(home.page.getByText('30 sightings so far')).toBeVisible();
  await home.olderButton.click();
  await expect(home.cards).toHaveCount(30);
  await expect(home.cards.last()).toContainText('sighting 1');
  await expect(home.olderButton).toBeHidden();
  await expect(home.page.locator('#entry-6')).toBeFocused();
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
