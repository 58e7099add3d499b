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
  await page.getByText('Dark', { exact: true }).click();
  await expect(page.locator('meta[name="theme-color"]')).toHaveAttribute('content', '#121917');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
});

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
