// Someone whose account was made for them chooses a password of their own before anything else.

import { after, test } from 'node:test';
import { closeBrowser, fine, inspect, PASSWORD, visit } from './browser.ts';

after(closeBrowser);

test('a password that was given', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto('/albums');
  await page.getByLabel('E-mail address').fill('new@example.org');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor();
  await inspect(visitor, 'change-password');
  await page.getByLabel('Present password').fill(PASSWORD);
  await page.getByLabel('New password').fill('one of my own');
  await page.keyboard.press('Enter');
  await page.getByText('No albums yet').waitFor();
  await page.reload();
  await page.getByText('No albums yet').waitFor();
  fine(visitor);
});
