// From an empty server to someone who has signed in, in three languages.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, fine, inspect, PASSWORD, visit } from './browser.ts';

after(closeBrowser);

test('the first account', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Make the first account' }).waitFor();
  await inspect(visitor, 'first-account');
  await page.getByLabel('Name').fill('Ada <b>Byron</b>');
  await page.getByLabel('E-mail address').fill('admin@example.org');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('alert').getByText('at least eight characters').waitFor();
  await page.getByLabel('New password').fill(PASSWORD);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Welcome, Ada <b>Byron</b>' }).waitFor();
  await page.getByText('an address that only works on this machine').waitFor();
  await inspect(visitor, 'welcome');
  await page.getByRole('link', { name: 'Begin' }).click();
  await page.getByText('Your photos go here').waitFor();
  await inspect(visitor, 'empty');
  fine(visitor);
});

test('an address that phones reach is shown as a code', async () => {
  const visitor = await visit();
  const { page } = visitor;
  // As if the operator had said by which address people come.
  await page.route('**/api/server/config', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), externalDomain: 'https://photos.example.org' } });
  });
  const answer = await page.request.post('/api/auth/login', { data: { email: 'admin@example.org', password: PASSWORD } });
  assert.equal(answer.status(), 201);
  await page.goto('/welcome');
  await page.getByRole('img', { name: 'The address https://photos.example.org as a QR code' }).waitFor();
  await inspect(visitor, 'welcome-phone');
  fine(visitor);
});

test('signing in and out', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.goto('/favorites');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await inspect(visitor, 'sign-in');
  await page.getByLabel('E-mail address').fill('admin@example.org');
  await page.getByLabel('Password').fill('another password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('do not go together').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  // Where they wanted to go.
  await page.getByText('Nothing is a favourite yet').waitFor();
  assert.equal(new URL(page.url()).pathname, '/favorites');

  await page.reload();
  await page.getByText('Nothing is a favourite yet').waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal((await page.request.get('/api/users/me')).status(), 401);
  fine(visitor);
});

test('a session that ended elsewhere', async () => {
  const visitor = await visit();
  const { page } = visitor;
  const data = { email: 'admin@example.org', password: PASSWORD };
  await page.request.post('/api/auth/login', { data });
  await page.goto('/');
  await page.getByText('Your photos go here').waitFor();
  const cookies = await page.context().cookies();
  await page.context().request.post('/api/auth/logout', { headers: { 'sec-fetch-site': 'same-origin' } });
  await page.context().addCookies(cookies);
  await page.getByRole('link', { name: 'Albums' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  fine(visitor);
});

test('languages, colours and the password', async () => {
  const visitor = await visit({ locale: 'de-AT' });
  const { page } = visitor;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  await page.getByLabel('E-Mail-Adresse').fill('admin@example.org');
  await page.getByLabel('Passwort').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Hier ist Platz für Ihre Fotos').waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');

  await page.goto('/settings');
  await page.getByLabel('Sprache').selectOption('it');
  await page.getByRole('heading', { name: 'Impostazioni' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Impostazioni' }).waitFor();
  await page.getByLabel('Lingua').selectOption('en');
  await inspect(visitor, 'settings');

  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByLabel('Dark').check();
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.reload();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  assert.equal(await paper(), dark);

  await page.getByLabel('Present password').fill('another password');
  await page.getByLabel('New password').fill('a longer password');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').getByText('The present password is another one').waitFor();
  await page.getByLabel('Present password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password is changed').waitFor();
  const answer = await page.request.post('/api/auth/login', { data: { email: 'admin@example.org', password: 'a longer password' } });
  assert.equal(answer.status(), 201);
  fine(visitor);
});

test('an address of nothing, and a server that is silent', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.request.post('/api/auth/login', { data: { email: 'admin@example.org', password: 'a longer password' } });
  await page.goto('/no/such/page');
  await page.getByText('There is nothing at this address').waitFor();
  await page.getByRole('link', { name: 'Go to the photos' }).click();
  await page.getByText('Your photos go here').waitFor();

  await page.goto('/api/docs');
  await page.getByText('/timeline/buckets').waitFor();
  await page.goBack();

  await page.route('**/api/server/**', (route) => route.abort());
  await page.reload();
  await page.getByRole('alert').getByText('The server does not answer').waitFor();
  await inspect(visitor, 'silent');
  await page.unroute('**/api/server/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Your photos go here').waitFor();
  fine(visitor);
});
