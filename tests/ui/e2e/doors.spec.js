// Setting up, signing in and out, invites, sessions, tokens and roles.

import { expect, test } from './atlas.js';

test('the link of the first start makes an admin, once', async ({ doors, atlas, page }) => {
  await doors.open(`/${atlas.setUpLink()}`);
  await expect(page).toHaveURL(/\/set-up#set-up=/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set your atlas up');
  await doors.enter('a', 'four mice in a row');
  await expect(doors.error).toContainText('2 to 32 letters');
  await doors.enter('ada', 'short');
  await expect(doors.error).toContainText('8 to 200');
  await doors.enter('ada');
  await expect(page.locator('.tabs').getByRole('link', { name: 'ada' })).toBeVisible();
  await expect(page.locator('.tabs').getByRole('link', { name: 'Admin' })).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
});

test.describe('what is refused', () => {
  test.use({ complaints: [[/Failed to load resource.*40[139]/], { option: true }] });

  test('a wrong password is told kindly, and signing in lasts over a reload and ends with signing out', async ({ doors, atlas, page }) => {
    atlas.account('mina', 'member');
    await doors.open('/sign-in');
    await doors.enter('mina', 'three mice in a row');
    await expect(doors.error).toContainText('no account with this name and password');
    await doors.enter('mina');
    const mina = page.locator('.tabs').getByRole('link', { name: 'mina' });
    await expect(mina).toBeVisible();
    await page.reload();
    await mina.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('mina');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.locator('.tabs').getByRole('link', { name: 'Sign in' })).toBeVisible();
  });

  test('an invite makes one account, and a name is taken once', async ({ doors, atlas, page }) => {
    atlas.account('mina', 'member');
    await doors.open(`/${atlas.invite()}`);
    await doors.enter('Mina');
    await expect(doors.error).toContainText('has this name already');
    await doors.enter('mo');
    await expect(page.locator('.tabs').getByRole('link', { name: 'mo', exact: true })).toBeVisible();
  });
});

test.describe('a private atlas', () => {
  test.use({
    options: [['--rate-limit-per-minute', '0', '--auth-rate-limit-per-minute', '0', '--access', 'private'], { option: true }],
    complaints: [[/Failed to load resource.*401/], { option: true }],
  });

  test('shows the door at every address, and then what somebody came for', async ({ doors, atlas, page }) => {
    atlas.account('mina', 'member');
    await doors.open('/cats');
    await expect(page.getByText('This atlas is private')).toBeVisible();
    await doors.enter('mina');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cats');
    await expect(page).toHaveURL(/\/cats$/);
  });
});

test('a token is shown once, works, and is taken back', async ({ doors, atlas, page }) => {
  atlas.account('mina', 'member');
  await doors.signIn('mina');
  await page.goto(`${atlas.url}/account`);
  await expect(page.getByText('this one')).toBeVisible();
  await page.getByText('Make a new token').click();
  await page.getByLabel('What it is for').fill('Weather station');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const token = await page.getByTestId('new-token').innerText();
  const ask = () => fetch(`${atlas.url}/entries`, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByRole('button', { name: 'Take back' })).toHaveCount(0);
  expect((await ask()).status).toBe(401);
});

test('roles show what they may do and nothing else', async ({ home, doors, atlas, page }) => {
  atlas.account('mina', 'member');
  await atlas.log({ text: 'nobody signed in logged this', nickname: 'Miso' });
  await doors.signIn('mina');
  await home.openWithFeed();
  await home.log({ text: 'mine', nickname: 'Taxi' });
  await expect(home.names).toHaveText(['Taxi', 'Miso']);
  await expect(page.getByRole('button', { name: 'Delete Taxi' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete Miso' })).toHaveCount(0);
  await expect(home.tabs.getByRole('link', { name: 'Admin' })).toHaveCount(0);
});
