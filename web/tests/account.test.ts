// What someone keeps about their account: a picture, keys, places where they are signed in, a PIN and what it locks.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { bring, closeBrowser, FILES, fine, inspect, signIn, step, type Visit, visit } from './browser.ts';

let ada: Visit;
let page: Page;

before(async () => {
  ada = await visit();
  page = ada.page;
  await signIn(ada);
  await bring(ada, ['gradient-5.jpg', 'gradient-6.jpg', 'gradient-7.jpg']);
  await page.goto('/settings');
});
after(closeBrowser);

const tiles = () => page.locator('[data-asset]');
const dialog = () => page.getByRole('dialog').last();

step('a name, and a picture', async () => {
  await page.getByLabel('Name', { exact: true }).fill('Ada <b>Byron</b>');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.locator('input[type=file][accept]').setInputFiles(join(FILES, 'gradient-5.jpg'));
  await page.getByRole('button', { name: 'Remove the picture' }).waitFor();
  await page.locator('header img[src*="profile-image"]').waitFor();
  await inspect(ada, 'account');
  await page.getByRole('button', { name: 'Remove the picture' }).click();
  await page.locator('header img[src*="profile-image"]').waitFor({ state: 'detached' });
  fine(ada);
});

step('preferences are kept', async () => {
  let answers = 0;
  page.on('response', (answer) => (answers += Number(answer.request().method() === 'PUT')));
  await page.getByLabel('Order of new albums').selectOption('Oldest first');
  await page.getByLabel('Size of an archive').fill('1.5');
  await page.keyboard.press('Tab');
  await page.getByLabel('Download the moving parts').check();
  while (answers < 3) await page.waitForEvent('response');
  const kept = async () => (await page.request.get('/api/users/me/preferences')).json();
  await page.reload();
  await page.getByLabel('Order of new albums').waitFor();
  const { albums, download } = (await kept()) as { albums: unknown; download: unknown };
  assert.deepEqual(albums, { defaultAssetOrder: 'asc' });
  assert.deepEqual(download, { archiveSize: 1.5 * 2 ** 30, includeEmbeddedVideos: true });
  fine(ada);
});

step('a key for a program is shown once, and may do what was chosen', async () => {
  await page.getByRole('button', { name: 'Make a key' }).click();
  await dialog().getByLabel('Name').fill('Frame <i>in the hall</i>');
  await dialog().getByLabel('May do everything').uncheck();
  await dialog().getByRole('button', { name: 'Make a key' }).click();
  await dialog().getByText('Choose what the key may do').waitFor();
  await dialog().getByLabel('album.read').check();
  await inspect(ada, 'key-new');
  await dialog().getByRole('button', { name: 'Make a key' }).click();
  const secret = await dialog().getByLabel('Key', { exact: true }).inputValue();
  await inspect(ada, 'key-made');
  await dialog().getByRole('button', { name: 'Done' }).click();
  await page.getByText('May do one thing').waitFor();
  const stranger = await visit();
  const ask = async (path: string) => (await stranger.page.request.get(path, { headers: { 'x-api-key': secret } })).status();
  assert.equal(await ask('/api/albums'), 200);
  assert.equal(await ask('/api/sessions'), 403);

  await page.getByRole('button', { name: /Change the key/ }).click();
  await dialog().getByLabel('session', { exact: true }).check();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('May do 6 things').waitFor();
  assert.equal(await ask('/api/sessions'), 200);
  await page.getByRole('button', { name: /Delete the key/ }).click();
  await dialog().getByRole('button', { name: 'Delete the key' }).click();
  await page.getByText('May do 6 things').waitFor({ state: 'detached' });
  assert.equal(await ask('/api/albums'), 401);
  fine(ada);
});

step('someone is signed out elsewhere', async () => {
  const elsewhere = await visit();
  await signIn(elsewhere);
  await page.reload();
  const others = page.getByRole('button', { name: /Sign out there/ });
  await others.first().waitFor();
  const before = await others.count();
  // The place that was used last comes first.
  await others.first().click();
  await page.waitForFunction((count) => document.querySelectorAll('[aria-label^="Sign out there"]').length === count, before - 1);
  assert.equal((await elsewhere.page.request.get('/api/users/me')).status(), 401);
  assert.equal((await page.request.get('/api/users/me')).status(), 200);
  await signIn(elsewhere);
  await page.reload();
  await inspect(ada, 'sessions');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await dialog().getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
  assert.equal((await elsewhere.page.request.get('/api/users/me')).status(), 401);
  fine(ada);
});

step('pictures are locked away', async () => {
  await page.goto('/');
  await tiles().nth(2).waitFor();
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Move to the locked folder' }).click();
  await dialog().getByRole('button', { name: 'Move to the locked folder' }).click();
  await page.getByText('1 item moved to the locked folder').waitFor();
  await tiles().nth(2).waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Locked' }).click();
  await page.getByText('Choose one').waitFor();
  await inspect(ada, 'locked-first');
  await page.getByLabel('New PIN').fill('123456');
  await page.keyboard.press('Enter');
  await tiles().first().waitFor();
  assert.equal(await tiles().count(), 1);
  await inspect(ada, 'locked');
  fine(ada);
});

step('what is dropped on the locked folder is locked', async () => {
  await page.locator('input[type=file]').first().setInputFiles(join(FILES, 'gradient-9.jpg'));
  await page.getByText('1 file uploaded').waitFor();
  await tiles().nth(1).waitFor();
  await page.getByRole('region', { name: 'Files being uploaded' }).getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Photos', exact: true }).click();
  await page.getByRole('heading', { name: 'May 2024' }).waitFor();
  await tiles().nth(1).waitFor();
  assert.equal(await tiles().count(), 2);
  fine(ada);
});

step('the folder is closed, and opened by the PIN', async () => {
  await page.getByRole('link', { name: 'Locked' }).click();
  await tiles().first().click();
  await page.locator('.viewer').waitFor();
  assert.equal(await page.locator('.viewer').getByRole('button', { name: 'Add to an album' }).count(), 0);
  const address = page.url();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Lock again' }).click();
  await page.getByText('Enter your PIN').waitFor();
  await page.goto(address);
  await page.getByText('Enter your PIN').waitFor();
  await page.getByLabel('PIN').fill('654321');
  await page.keyboard.press('Enter');
  await page.getByText('That is not your PIN').waitFor();
  await inspect(ada, 'locked-pin');
  await page.getByLabel('PIN').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('.viewer').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Move back to the timeline' }).click();
  await page.getByText('1 item back in the timeline').waitFor();
  await tiles().nth(1).waitFor({ state: 'detached' });
  assert.equal(await tiles().count(), 1);
  fine(ada);
});

step('what closes by itself asks for the PIN, and no one is signed out', async () => {
  await page.goto('/locked');
  await tiles().first().waitFor();
  // As if the time was over, which only the server knows.
  await page.request.post('/api/auth/session/lock', { headers: { 'sec-fetch-site': 'same-origin' } });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByText('Enter your PIN').waitFor();
  assert.equal(await tiles().count(), 0);
  fine(ada);
});

step('the PIN is changed and removed', async () => {
  await page.goto('/settings');
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'PIN of the locked folder' }) });
  await section.getByLabel('Password').fill('wrong');
  await section.getByLabel('New PIN').fill('111111');
  await section.getByRole('button', { name: 'Change the PIN' }).click();
  await section.getByText('The present password is another one').waitFor();
  await section.getByLabel('Password').fill('correct horse battery');
  await section.getByRole('button', { name: 'Change the PIN' }).click();
  await page.getByText('The PIN is set').waitFor();
  await section.getByLabel('Password').fill('correct horse battery');
  await section.getByRole('button', { name: 'Remove the PIN' }).click();
  await section.getByRole('button', { name: 'Set the PIN' }).waitFor();
  fine(ada);
});

step('what happened is told', async () => {
  const bob = await visit();
  await signIn(bob, 'bob@example.org');
  const me = (await (await page.request.get('/api/users/me')).json()) as { id: string };
  const album = { albumName: 'Bob’s <i>garden</i>', albumUsers: [{ userId: me.id, role: 'viewer' }] };
  assert.equal((await bob.page.request.post('/api/albums', { data: album })).status(), 201);
  await page.goto('/');
  await page.getByRole('button', { name: /Notifications, \d unread/ }).click();
  await page.getByRole('button', { name: /Bob’s <i>garden<\/i>/ }).waitFor();
  await inspect(ada, 'notifications');
  await page.getByRole('button', { name: /Bob’s <i>garden<\/i>/ }).click();
  await page.getByRole('heading', { name: 'Bob’s <i>garden</i>' }).waitFor();
  if ((await page.getByRole('button', { name: /unread/ }).count()) > 0) {
    await page.getByRole('button', { name: /unread/ }).click();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
  }
  await page.getByRole('button', { name: 'Notifications', exact: true }).click();
  await page.getByText('Nothing new').waitFor();
  fine(ada);
});
