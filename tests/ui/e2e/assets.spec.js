// The page as browsers cache it.

import { expect, test } from './atlas.js';

test('a second visit fetches nothing but the page and the news', async ({ home, page }) => {
  await home.openWithFeed();
  const fetched = /** @type {string[]} */ ([]);
  page.on('response', async (response) => {
    const { fromDiskCache, fromPrefetchCache } = /** @type {any} */ (response);
    if (!fromDiskCache && !fromPrefetchCache && !(await response.request().sizes()).responseBodySize) return;
    fetched.push(new URL(response.url()).pathname);
  });
  await page.reload();
  await page.locator('.feed[aria-busy="false"]').waitFor();
  expect(fetched.filter((path) => path.startsWith('/static/'))).toEqual([]);
});
