// The page as browsers cache it.

import { HomePage } from '../pages/home.page.js';
import { expect, test } from './atlas.js';

test('a second visit fetches nothing but the page and the news', async ({ atlas, page }) => {
  // Without the fixture's page: Playwright keeps no cache where it intercepts requests.
  const home = new HomePage(page, atlas.url);
  const fetched = () => page.evaluate(() => performance.getEntriesByType('resource').filter((entry) => /** @type {any} */ (entry).transferSize > 0).map(({ name }) => new URL(name).pathname));
  await home.openWithFeed();
  expect((await fetched()).length).toBeGreaterThan(15);
  await home.openWithFeed();
  expect((await fetched()).sort()).toEqual(['/auth/standing', '/entries']);
});

test('what browsers ask for by fixed names is there', async ({ atlas, request }) => {
  for (const [path, type] of [['/favicon.ico', 'image/svg+xml'], ['/manifest.webmanifest', 'application/manifest+json'], ['/robots.txt', 'text/plain; charset=utf-8']]) {
    const answer = await request.get(atlas.url + path);
    expect(answer.headers()).toMatchObject({ 'content-type': type, 'cache-control': 'no-cache' });
  }
  const { icons } = await (await request.get(`${atlas.url}/manifest.webmanifest`)).json();
  for (const { src } of icons) expect((await request.get(atlas.url + src)).status(), src).toBe(200);
});
