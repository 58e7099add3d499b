// What admins see and do.

import { expect, test } from './atlas.js';

test('an admin invites, gives roles, closes accounts, and reads of it in the record', async ({ doors, atlas, page, browser }) => {
  atlas.account('ada', 'admin');
  atlas.account('mina', 'member');
  await doors.signIn('ada');
  await page.locator('.tabs').getByRole('link', { name: 'Admin' }).click();
  await expect(page.getByText('Is well')).toBeVisible();
  await page.locator('.parts').getByRole('link', { name: 'People' }).click();
  await page.getByRole('combobox', { name: 'Role of mina' }).selectOption('caretaker');
  await expect(page.locator('.toasts')).toContainText('mina is changed');
  await page.getByRole('button', { name: 'Close mina' }).click();
  await expect(page.getByTestId('user-mina')).toContainText('closed');
  await expect(page.getByRole('button', { name: 'Close ada' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByTestId('invite-link').innerText();
  const guest = await browser.newPage();
  await guest.goto(link);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Join this atlas');
  await guest.close();
  await page.locator('.parts').getByRole('link', { name: 'What was done' }).click();
  const lines = page.getByTestId('audit-lines').getByRole('row');
  await expect(lines.nth(1)).toContainText('invite');
  await expect(lines.nth(2)).toContainText('disable');
  await expect(lines.nth(3)).toContainText('change role');
  await page.reload();
  await expect(lines.nth(1)).toContainText('ada');
});

test('others are told that this is for admins, and visitors are asked to sign in', async ({ doors, atlas, page }) => {
  atlas.account('mina', 'member');
  await page.goto(`${atlas.url}/admin/users`);
  await expect(page).toHaveURL(/\/sign-in\?next=\/admin\/users$/);
  await doors.enter('mina');
  await expect(page.getByRole('heading', { name: 'This is for admins' })).toBeVisible();
});

test('an admin watches the last hour and switches a feature', async ({ doors, atlas, page }) => {
  atlas.account('ada', 'admin');
  const { id } = await atlas.log({ text: 'x' });
  await doors.signIn('ada');
  await page.goto(`${atlas.url}/admin`);
  await expect(page.getByRole('img', { name: /^Requests over the last hour/ })).toBeVisible();
  await page.locator('.parts').getByRole('link', { name: 'Features' }).click();
  await page.getByRole('combobox', { name: 'Analyses and insights' }).selectOption('Off');
  await expect(page.locator('.toasts')).toContainText('switched');
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Analyses and insights' })).toHaveValue('0');
  await page.goto(`${atlas.url}/entries/${id}`);
  await expect(page.getByTestId('similar')).toBeVisible();
  await expect(page.getByTestId('analyze-button')).toHaveCount(0);
});
