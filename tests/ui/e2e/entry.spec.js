// One sighting: what it says, who it may have been, and changing it.

import { EntryPage } from '../pages/entry.page.js';
import { expect, test } from './atlas.js';

const here = { location: 'Mill Lane', location_lat: 51.5, location_lon: -0.12 };

/** Three sightings of a ginger tom in one street, and one of another cat far away. */
async function street(atlas) {
  const tom = 'Happy ginger tom with a striped tail';
  const ids = [];
  for (const [n, nickname] of ['Biscuit', 'Crumbs', 'Rusty'].entries()) ids.push((await atlas.log({ text: tom, nickname, ...here, location_lat: here.location_lat + n * 1e-4 })).id);
  ids.push((await atlas.log({ text: 'Black cat asleep', nickname: 'Soot', location: 'Harbour' })).id);
  return ids;
}

test('shows the note, what it says, and who else it may have been', async ({ home, atlas, page }) => {
  const [id] = await street(atlas);
  const entry = new EntryPage(page, atlas.url);
  await entry.open(id);
  await expect(entry.title).toHaveText('Biscuit');
  await expect(page).toHaveTitle('Biscuit, Nº 0001 · CatAtlas');
  await expect(entry.similar.getByRole('listitem')).toHaveCount(2);
  await expect(entry.similar).toContainText('described alike');
  await expect(entry.nearby).toContainText('m away');
  await expect(page.getByRole('img', { name: /plan of 500 metres.*2 other sightings/ })).toBeVisible();
  await entry.analyze.click();
  await expect(page.getByText('A good encounter')).toBeVisible();
  await page.reload();
  await expect(page.getByText('A good encounter')).toBeVisible();
  await page.getByRole('link', { name: 'ginger', exact: true }).click();
  await expect(home.cards).toHaveCount(3);
});

test('several sightings become one new cat, and another is linked to it', async ({ home, atlas, page }) => {
  const [first, second, third] = await street(atlas);
  const entry = new EntryPage(home.page, atlas.url);
  await entry.open(first);
  await entry.similar.getByRole('checkbox', { name: /Crumbs/ }).check();
  await expect(page.getByText('1 other sighting goes with it.')).toBeVisible();
  await page.getByLabel('Or a new one').fill('Marmalade');
  await page.getByRole('button', { name: 'Make this cat' }).click();
  await expect(entry.ownCat).toHaveText('Marmalade');
  await entry.open(third);
  await page.getByLabel('One you know').selectOption('Marmalade');
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(entry.ownCat).toHaveText('Marmalade');
  const sightings = await atlas.sightings();
  expect(sightings.filter(({ cat_id }) => cat_id === 1).map(({ id }) => id)).toEqual([third, second, first]);
});

test('what is told apart stays apart, until it is taken back', async ({ home, atlas, page }) => {
  const [id] = await street(atlas);
  const entry = new EntryPage(home.page, atlas.url);
  await entry.open(id);
  const apart = entry.similar.getByRole('button', { name: /Not the same Crumbs/ });
  const told = page.waitForResponse(/not-same/);
  await apart.click();
  await told;
  await page.reload();
  await expect(apart).toHaveAttribute('aria-pressed', 'true');
  await expect(entry.similar.getByRole('checkbox', { name: /Crumbs/ })).toBeDisabled();
  const taken = page.waitForResponse(/not-same/);
  await apart.click();
  expect((await taken).status()).toBe(204);
  await expect(apart).toHaveAttribute('aria-pressed', 'false');
});

test('is changed in place, field by field', async ({ doors, atlas, page }) => {
  const [id] = await street(atlas);
  atlas.account('mina', 'caretaker');
  await doors.signIn('mina');
  const entry = new EntryPage(page, atlas.url);
  await entry.open(id);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await entry.editForm.getByTestId('text-input').fill('');
  await entry.editForm.getByRole('button', { name: 'Save' }).click();
  await expect(entry.editForm.getByTestId('error-message')).toContainText('write what you saw');
  await entry.editForm.getByTestId('text-input').fill('Ginger tom, seen closer');
  await entry.editForm.getByTestId('nickname-input').fill('');
  await entry.editForm.getByRole('button', { name: 'Save' }).click();
  await expect(entry.note).toHaveText('Ginger tom, seen closer');
  await expect(entry.title).toHaveText('A nameless cat');
  await expect(page).not.toHaveURL(/edit/);
  expect((await atlas.sightings()).find((sighting) => sighting.id === id)).toMatchObject({ nickname: null, location: 'Mill Lane' });
});

test('is deleted with time to think again', async ({ home, doors, atlas, page }) => {
  const [id] = await street(atlas);
  atlas.account('mina', 'caretaker');
  await doors.signIn('mina');
  const entry = new EntryPage(page, atlas.url);
  await entry.open(id);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/$/);
  await expect(home.names).toHaveText(['Soot', 'Rusty', 'Crumbs']);
  await entry.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect(home.names).toHaveText(['Soot', 'Rusty', 'Crumbs', 'Biscuit']);
});

test.describe('what is not there', () => {
  test.use({ complaints: [[/Failed to load resource.*404/], { option: true }] });
  test('is told, with a way on', async ({ home, atlas, page }) => {
    await page.goto(`${atlas.url}/entries/999`);
    await expect(page.getByRole('heading', { name: 'This plate is empty' })).toBeVisible();
    await page.locator('.notice').getByRole('link', { name: 'Sightings' }).click();
    await expect(home.submitButton).toBeVisible();
  });
});
