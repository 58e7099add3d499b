// The documentation of the API.

import AxeBuilder from '@axe-core/playwright';
import { expect, policy, test } from './atlas.js';

const name = 'http://atlas.test';

// Whatever the page asks goes to the atlas by that name, and is no complaint.
test.use({ complaints: [[/^asks outside: http:\/\/atlas\.test\//], { option: true }] });

/** Opens it by a name, as others in a network do: at an address of this machine the viewer keeps to itself what it may tell elsewhere. */
async function openDocs({ page }, atlas) {
  await page.route(`${name}/**`, async (route) => {
    const answer = await route.fetch({ url: route.request().url().replace(name, atlas.url) });
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
  });
  await page.goto(`${name}/docs`);
  await page.locator('.opblock').first().waitFor();
}

test('every operation is listed, and nobody but the atlas is asked', async ({ home, atlas, page }) => {
  await openDocs(home, atlas);
  const { paths } = await (await fetch(`${atlas.url}/openapi.json`)).json();
  const operations = Object.values(paths).flatMap((item) => Object.keys(item));
  expect(operations.length).toBeGreaterThan(20);
  await expect(page.locator('.opblock')).toHaveCount(operations.length);
});

test('an operation is explained, and tried out from the page', async ({ home, atlas, page }) => {
  await openDocs(home, atlas);
  await page.getByRole('button', { name: /^POST \/entries Log a sighting/ }).click();
  const operation = page.locator('#operations-entries-entries_create');
  await expect(operation).toContainText('The note is blank');
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table')).toContainText('Orange tabby on the bakery wall');
  expect(await atlas.sightings()).toHaveLength(1);
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`its words are easy to read in ${colorScheme} colours`, async ({ home, atlas, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openDocs(home, atlas);
    for (const operation of ['entries_list', 'entries_create', 'cats_change', 'comments_remove']) {
      await page.locator(`[id$="-${operation}"] .opblock-summary-control`).click();
    }
    // Other faults that axe finds here are the viewer's own.
    const { violations } = await new AxeBuilder({ page }).withRules('color-contrast').analyze();
    expect(violations.flatMap(({ nodes }) => nodes.map((node) => `${node.target} ${node.any[0]?.message}`))).toEqual([]);
  });
}

test('it leads back to the atlas, and is no wider than the screen', async ({ home, atlas, page }) => {
  for (const width of [320, 768, 1920]) {
    await page.setViewportSize({ width, height: 740 });
    await openDocs(home, atlas);
    expect(await home.overflow(), `${width} px`).toBeLessThanOrEqual(0);
  }
  await page.getByRole('link', { name: 'Back to the atlas' }).click();
  await page.locator('.feed[aria-busy="false"]').waitFor();
});
