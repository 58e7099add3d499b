// Language, colours, sizes, and what the page is to those who do not see it.

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './atlas.js';

const notes = [
  { text: 'A ginger tom asleep on the bakery step, left ear tipped.', nickname: 'Biscuit', location: 'Corner of Mill Lane' },
  { text: 'Black and white, watching pigeons.\nGone at noon.', nickname: 'Żółw', location: 'Balat, İstanbul' },
  { text: 'https://example.org/a-very-long-address-without-any-place-to-break-it-into-two-lines-at-all/'.repeat(3) },
];

/** Pictures behind text make contrast undecidable, which hides faults. @param {import('@playwright/test').Page} page */
async function audit(page) {
  await page.addStyleTag({ content: '* { background-image: none !important; transition: none !important; } ::before, ::after { content: none !important; }' });
  const { violations, incomplete } = await new AxeBuilder({ page }).analyze();
  return [...violations, ...incomplete].flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.any[0]?.message ?? ''}`));
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing in ${colorScheme} colours, in any state and contrast`, async ({ home, atlas, page }) => {
    await page.emulateMedia({ colorScheme });
    await home.openWithFeed();
    expect(await audit(page), 'empty').toEqual([]);
    for (const note of notes) await atlas.log(note);
    await home.openWithFeed();
    await expect(home.cards).toHaveCount(3);
    await home.submitButton.click();
    await home.errorMessage.waitFor();
    await page.getByRole('button', { name: 'Biscuit' }).click();
    for (const contrast of /** @type {const} */ (['no-preference', 'more'])) {
      await page.emulateMedia({ contrast });
      expect(await audit(page), `filled, with an error, contrast ${contrast}`).toEqual([]);
    }
  });
}

test('axe would notice: each planted fault is found', async ({ home, page }) => {
  await home.openWithFeed();
  await page.evaluate(() => {
    document.querySelector('.menu-button')?.removeAttribute('aria-label');
    const kicker = /** @type {HTMLElement} */ (document.querySelector('.kicker'));
    kicker.style.color = '#d8cdb8';
  });
  const found = (await audit(page)).join('\n');
  expect(found).toContain('button-name');
  expect(found).toContain('color-contrast');
});

test.describe('the security policy', () => {
  test.use({ complaints: [[/Content Security Policy/], { option: true }] });
  test('stands while these tests run: a planted script does not', async ({ home, page }) => {
    await home.open();
    await page.evaluate(() => document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "planted"' })));
    await expect(page).toHaveTitle('Sightings · CatAtlas');
  });
});

test('no page is wider than the screen, down to 320 pixels', async ({ home, atlas, page }) => {
  for (const note of notes) await atlas.log(note);
  for (const width of [320, 360, 768, 1024, 1920]) {
    await page.setViewportSize({ width, height: 740 });
    await home.openWithFeed();
    await home.submitButton.click();
    expect(await home.overflow(), `${width} px`).toBe(0);
  }
});

test.describe('in a German browser', () => {
  test.use({ locale: 'de-DE' });
  test('the page speaks German, and English once it is chosen', async ({ home, atlas, page }) => {
    await atlas.log({ text: 'x' });
    await home.openWithFeed();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sichtungen');
    await expect(home.cards.first()).toContainText('Namenlose Katze');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await home.submitButton.click();
    await expect(home.errorMessage).toContainText('was du gesehen hast');
    await home.openMenu();
    await home.language.selectOption('en');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sightings');
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sightings');
  });
});

test('colours follow the system until chosen, and a choice is kept', async ({ home, page }) => {
  const html = page.locator('html');
  await page.emulateMedia({ colorScheme: 'dark' });
  await home.open();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
  await home.openMenu();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect(page.locator('meta[name="theme-color"]')).toHaveAttribute('content', '#121917');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
});

/** The addresses of every page, and what it shows once it is there. */
const everyPage = /** @type {const} */ ([['/', '.card'], ['/entries/1', '.lists [data-testid="similar"][aria-busy="false"]'], ['/account', '.rows li'], ['/admin', '.figures'], ['/admin/users', '.rows li'], ['/admin/audit', 'table'], ['/register', '.trouble'], ['/nowhere-near', '.notice']]);

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing on any page in ${colorScheme} colours`, async ({ home, doors, atlas, page }) => {
    await page.emulateMedia({ colorScheme });
    for (const note of [...notes, notes[0]]) await atlas.log({ ...note, location_lat: 51.5, location_lon: -0.1 });
    await doors.open('/sign-in');
    expect(await audit(page), 'sign in').toEqual([]);
    atlas.account('ada', 'admin');
    await doors.signIn('ada');
    for (const [path, shown] of everyPage.slice(0, 6)) {
      await page.goto(atlas.url + path);
      await page.locator(shown).first().waitFor();
      expect(await audit(page), path).toEqual([]);
    }
    await home.openMenu();
    expect(await audit(page), 'menu').toEqual([]);
    await page.goto(`${atlas.url}/entries/1?edit=1`);
    await page.getByTestId('edit-form').waitFor();
    await page.getByTestId('analyze-button').click();
    await page.locator('.tags').waitFor();
    expect(await audit(page), 'edit').toEqual([]);
  });
}

test('every page has room from right to left, and none is wider than the screen', async ({ home, doors, atlas, page }) => {
  for (const note of notes) await atlas.log(note);
  atlas.account('ada', 'admin');
  await doors.signIn('ada');
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    for (const [path, shown] of everyPage.slice(0, 6)) {
      await page.goto(atlas.url + path);
      await page.locator(shown).first().waitFor();
      expect(await home.overflow(), `${path} at ${width} px`).toBe(0);
      await page.evaluate(() => (document.documentElement.dir = 'rtl'));
      expect(await home.overflow(), `${path} from right to left at ${width} px`).toBe(0);
    }
  }
});

test('the keys are listed, lead where they say, and can be switched off', async ({ home, atlas, page, isMobile }) => {
  test.skip(isMobile, 'a phone has no such keys');
  await atlas.log(notes[0]);
  await home.openWithFeed();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await expect(dialog).toBeVisible();
  expect(await audit(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(home.textInput).toBeFocused();
  await page.keyboard.type('m');
  await expect(page).toHaveURL(/\/$/);
  await home.textInput.fill('');
  await home.textInput.blur();
  await page.keyboard.press('j');
  await expect(home.cards.first().getByRole('link', { name: 'Biscuit', exact: true })).toBeFocused();
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/cats$/);
  await page.keyboard.press('?');
  await dialog.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await page.keyboard.press('?');
  await expect(dialog).toBeVisible();
  await expect(page).toHaveURL(/\/cats$/);
});

test('being offline is said, and taken back', async ({ home, page, context }) => {
  await home.openWithFeed();
  await context.setOffline(true);
  await expect(page.getByTestId('offline')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByTestId('offline')).toBeHidden();
});

for (const [name, options] of /** @type {const} */ ([['dark', { colorScheme: 'dark', locale: 'en-GB' }], ['german', { colorScheme: 'light', locale: 'de-DE' }]])) {
  test.describe(`${name} pictures`, () => {
    test.use(options);
    test('look as they did', async ({ home, atlas, page }) => {
      for (const note of notes.slice(0, 2)) await atlas.log(note);
      // Every clock stands still: the light on a plate is that of its hour.
      await page.clock.setFixedTime(new Date('2026-03-01T12:00:00Z'));
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.route(/\/entries\?/, async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: (await answer.json()).map((entry) => ({ ...entry, createdAt: '2026-03-01T09:00:00Z' })) });
      });
      await home.openWithFeed();
      await page.evaluate(() => document.fonts.ready);
      await expect(page).toHaveScreenshot(`${name}.png`, { maxDiffPixelRatio: 0.02 });
    });
  });
}

test('the page does not move while it loads, and asks for little', async ({ home, atlas, page }) => {
  for (let n = 1; n <= 24; n++) await atlas.log({ text: `sighting ${n}`, nickname: 'Miso' });
  const asked = /** @type {string[]} */ ([]);
  page.on('request', (request) => asked.push(request.url()));
  await page.addInitScript(() => {
    const shifts = /** @type {any} */ (window);
    shifts.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shifts.shifted += /** @type {any} */ (entry).value))).observe({ type: 'layout-shift', buffered: true });
  });
  await home.openWithFeed();
  await page.evaluate(() => document.fonts.ready);
  expect(await page.evaluate(() => /** @type {any} */ (window).shifted)).toBeLessThan(0.02);
  expect(asked.length).toBeLessThanOrEqual(25);
  const bytes = await page.evaluate(() => performance.getEntries().reduce((sum, entry) => sum + (/** @type {any} */ (entry).encodedBodySize ?? 0), 0));
  // From the disk nothing is compressed.
  if (process.env.CATATLAS_STATIC !== 'disk') expect(bytes).toBeLessThanOrEqual(130_000);
  expect(bytes).toBeGreaterThan(50_000);
});

test('what moves stays still for those who ask for it', async ({ home, atlas, page }) => {
  await atlas.log({ text: 'x' });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await home.openWithFeed();
  await home.log({ text: 'y' });
  await expect(home.cards).toHaveCount(2);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('every page is reached by its tab, survives a reload, and the way back leads back', async ({ home, page }) => {
  await home.openWithFeed();
  for (const [tab, path] of [['Map', '/map'], ['Cats', '/cats'], ['Sign in', '/sign-in']]) {
    await home.tabs.getByRole('link', { name: tab }).click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.reload();
    await expect(home.tabs.getByRole('link', { name: tab })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await page.goBack();
  await expect(page).toHaveURL(/\/cats$/);
  await page.goBack();
  await page.goBack();
  await expect(home.submitButton).toBeVisible();
});
