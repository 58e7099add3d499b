// The map: clusters, stacks, warmth, time, areas, and the same in words.

import { AxeBuilder } from '@axe-core/playwright';
import { MapPage } from '../pages/map.page.js';
import { expect, test } from './atlas.js';

const street = { lat: 52.5, lon: 13.4 };
/** Logs a sighting at a place. */
const put = (atlas, nickname, lat, lon, text = 'a shy grey cat by the kiosk') => atlas.log({ text, nickname, location_lat: lat, location_lon: lon });
const mapOf = (home, atlas) => new MapPage(home.page, atlas.url);

test('what is counted on the map is told beside it, and comes apart as one comes closer', async ({ home, atlas }) => {
  for (let n = 0; n < 5; n++) await put(atlas, 'Miso', street.lat + n / 1000, street.lon);
  await put(atlas, 'Olive', 48.1, 11.6);
  const map = mapOf(home, atlas);
  await map.open('?at=50,12,6');
  await expect(map.count).toHaveText('6 sightings in view');
  await expect(map.clusters).toHaveText(['5']);
  await expect(map.pins).toHaveCount(1);
  await expect(map.list.getByRole('listitem')).toHaveCount(2);
  await map.list.getByRole('button', { name: /5 sightings/ }).click();
  await expect(map.pins.or(map.clusters)).not.toHaveCount(2);
  await expect(map.count).toHaveText('5 sightings in view');
  await expect(home.page).toHaveURL(/at=52\./);
  await home.page.reload();
  await expect(map.count).toHaveText('5 sightings in view');
});

test('a pin opens its sighting in short, by the keyboard too', async ({ home, atlas, page }) => {
  await put(atlas, 'Olive', 48.1, 11.6);
  const map = mapOf(home, atlas);
  await map.open('?at=48.1,11.6,14');
  await map.pins.focus();
  await page.keyboard.press('Enter');
  await expect(map.card).toContainText('Olive');
  await expect(map.card.getByRole('link', { name: 'Olive' })).toHaveAttribute('href', '/entries/1');
  await map.card.getByRole('button', { name: 'Dismiss' }).click();
  await expect(map.card).toBeHidden();
});

test('a stack at one place fans out', async ({ home, atlas }) => {
  for (let n = 0; n < 6; n++) await put(atlas, `Cat ${n}`, street.lat, street.lon);
  const map = mapOf(home, atlas);
  await map.open('?at=52.5,13.4,18');
  await map.clusters.click();
  await expect(map.pins).toHaveCount(6);
  await map.pins.first().click();
  await expect(map.card).toContainText('Cat 5');
});

test('an area tells who lives there, and makes one cat of a group', async ({ home, atlas, page }) => {
  for (let n = 0; n < 4; n++) await put(atlas, 'Kiosk', street.lat + n / 50_000, street.lon);
  await put(atlas, 'Far', street.lat + 0.02, street.lon, 'white');
  const map = mapOf(home, atlas);
  await map.open('?at=52.5,13.4,16');
  await map.askButton.click();
  await expect(map.area).toContainText('4 sightings in the circle');
  await expect(map.groups).toHaveCount(1);
  await expect(map.groups).toContainText('Kiosk');
  await expect(page).toHaveURL(/around=52\.5/);
  await map.groups.getByRole('button', { name: 'These are one cat' }).click();
  await expect(home.toasts).toContainText('4 sightings are Kiosk now');
  await expect(map.groups).toHaveCount(0);
  await expect(map.area.getByRole('link', { name: /Kiosk/ })).toHaveAttribute('href', '/cats/1');
  expect((await atlas.sightings()).filter((entry) => entry.cat_id === 1)).toHaveLength(4);
});

test('warmth is another look at the same, and the address keeps it', async ({ home, atlas, page }) => {
  await put(atlas, 'Miso', street.lat, street.lon);
  const map = mapOf(home, atlas);
  await map.open('?at=52.5,13.4,12');
  await page.getByRole('radio', { name: 'Warmth' }).check();
  await expect(map.map.locator('canvas.heat')).toHaveCount(1);
  await expect(map.pins).toHaveCount(0);
  await page.reload();
  await expect(map.map.locator('canvas.heat')).toHaveCount(1);
});

test('the outline of the land comes with the page, and nobody else is asked', async ({ home, atlas }) => {
  const map = mapOf(home, atlas);
  await map.open();
  await expect(map.map).toHaveAttribute('data-land', 'there');
  await expect(map.map.locator('.leaflet-control-attribution')).toHaveText('Natural Earth');
});

test.describe('a map without an answer', () => {
  test.use({ complaints: [[/Failed to load resource/], { option: true }] });

  test('a map that cannot be filled says why and is tried again', async ({ home, atlas, page }) => {
    await put(atlas, 'Miso', street.lat, street.lon);
    await page.route(/\/map\/clusters/, (route) => route.fulfill({ status: 503, json: {} }));
    const map = mapOf(home, atlas);
    await map.open('?at=52.5,13.4,12');
    await expect(page.getByRole('alert')).toContainText('busy');
    await page.unroute(/\/map\/clusters/);
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
    await expect(map.count).toHaveText('1 sighting in view');
  });
});

test('the map can be used by everybody, in both themes', async ({ home, atlas, page }) => {
  await put(atlas, 'Miso', street.lat, street.lon);
  await put(atlas, 'Kiosk', street.lat, street.lon + 0.001);
  const map = mapOf(home, atlas);
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await map.open('?at=52.5,13.4,15&around=52.5,13.4,300');
    await expect(map.area).toContainText('2 sightings');
    await page.addStyleTag({ content: '*, ::before, ::after { background-image: none !important; }' });
    const { violations } = await new AxeBuilder({ page }).options({ preload: false }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
});
