// Signing in at a provider, which leads back to where someone wanted to go.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ADDRESS, closeBrowser, fine, inspect, visit } from './browser.ts';

after(closeBrowser);

test('signing in elsewhere', async () => {
  const visitor = await visit();
  const { page, troubles } = visitor;
  // The provider lets in whom the request names, which only these tests do.
  await page.route(
    (url) => url.pathname === '/auth' && url.searchParams.has('client_id'),
    (route) => route.continue({ url: `${route.request().url()}&login_hint=ada` }),
  );
  await page.goto('/albums');
  await page.getByRole('button', { name: 'Sign in at the club' }).waitFor();
  await inspect(visitor, 'sign-in-provider');
  await page.getByRole('button', { name: 'Sign in at the club' }).click();
  await page.getByText('No albums yet').waitFor();
  assert.equal(page.url(), `${ADDRESS}/albums`);
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByText('ada@example.org').waitFor();
  // Someone else was asked, and that is the point of it.
  assert.ok(troubles.every((trouble) => trouble.startsWith('someone else was asked')), troubles.join());
  troubles.length = 0;

  await page.goto('/auth/login?error=access_denied');
  await page.getByText('No albums yet').or(page.getByText('Your photos go here')).waitFor();
  fine(visitor);
});
