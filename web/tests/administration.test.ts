// Accounts, the work of the server and what it keeps, as its administrator sees them.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { bring, closeBrowser, fine, inspect, signIn, step, type Visit, visit } from './browser.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
let ada: Visit;
let page: Page;

before(async () => {
  ada = await visit();
  page = ada.page;
  await signIn(ada);
  await bring(ada, ['gradient-5.jpg']);
  await page.goto('/');
});
after(closeBrowser);

const dialog = () => page.getByRole('dialog').last();

step('an account is made with a quota, changed, deleted and restored', async () => {
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByText('bob@example.org').waitFor();
  await page.getByRole('button', { name: 'Make the account' }).click();
  await dialog().getByLabel('Name', { exact: true }).fill(`Eve ${MARKUP}`);
  await dialog().getByLabel('E-mail address').fill('eve@example.org');
  await dialog().locator('input[type=password]').fill('short');
  await dialog().getByLabel('Quota in GB').fill('2.5');
  await dialog().getByRole('button', { name: 'Make the account' }).click();
  await dialog().getByRole('alert').getByText('at least eight characters').waitFor();
  await dialog().locator('input[type=password]').fill('correct horse battery');
  await dialog().getByLabel('Has to choose a password').uncheck();
  await inspect(ada, 'account-new');
  await dialog().getByRole('button', { name: 'Make the account' }).click();
  const eve = page.getByRole('listitem').filter({ hasText: 'eve@example.org' });
  await eve.getByText('0 byte of 2.5 GB').waitFor();
  const hers = await visit();
  await signIn(hers, 'eve@example.org');
  await hers.page.goto('/administration');
  await hers.page.getByText('There is nothing at this address').waitFor();

  await eve.getByRole('button', { name: /Change the account/ }).click();
  await dialog().getByLabel('Quota in GB').fill('');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await eve.getByText('of 2.5 GB').waitFor({ state: 'detached' });
  await eve.getByRole('button', { name: /Delete the account/ }).click();
  await dialog().getByText('It can be restored for 7 days').waitFor();
  await dialog().getByRole('button', { name: 'Delete the account' }).click();
  await eve.getByText('Deleted on').waitFor();
  await inspect(ada, 'administration');
  await eve.getByRole('button', { name: /Restore/ }).click();
  await eve.getByText('Deleted on').waitFor({ state: 'detached' });
  fine(ada);
  fine(hers);
});

step('work is paused, begun and dropped', async () => {
  const row = page.getByRole('listitem').filter({ hasText: 'Reading metadata' });
  const more = () => row.getByRole('button', { name: /More/ }).click();
  await row.getByText('Nothing to do').waitFor();
  await more();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await row.getByText('Paused').waitFor();
  await more();
  await page.getByRole('button', { name: 'Do everything again' }).click();
  await row.getByText('1 waiting').waitFor();
  await row.getByRole('progressbar').waitFor();
  await inspect(ada, 'queues');
  await more();
  await page.getByRole('button', { name: 'Drop what waits' }).click();
  await dialog().getByRole('button', { name: 'Drop what waits' }).click();
  await row.getByText('1 waiting').waitFor({ state: 'detached' });
  await row.getByRole('button', { name: /Go on/ }).click();
  await row.getByText('Nothing to do').waitFor();
  fine(ada);
});

step('what failed says why, and is tried again', async () => {
  await page.route('**/api/jobs', async (route) => {
    const answer = await route.fetch();
    const jobs = (await answer.json()) as Record<string, { jobCounts: { failed: number } }>;
    jobs['thumbnailGeneration']!.jobCounts.failed = 2;
    await route.fulfill({ json: jobs });
  });
  await page.route('**/api/jobs/entries?*', (route) =>
    route.fulfill({
      json: [{ queue: 'thumbnailGeneration', state: 'failed', assetId: null, attempts: 5, progress: null, error: `No picture ${MARKUP}`, createdAt: '2024-05-06T07:08:09.000Z' }],
    }),
  );
  const row = page.getByRole('listitem').filter({ hasText: 'Drawing thumbnails' });
  await row.getByText('2 failed').last().click();
  await row.getByText(`No picture ${MARKUP}`).waitFor();
  await row.getByText('tried 5 times').waitFor();
  await inspect(ada, 'failures');
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'PUT' && request.url().endsWith('/api/jobs/thumbnailGeneration')),
    row.getByRole('button', { name: 'Try failed ones again' }).click(),
  ]);
  assert.deepEqual(sent.postDataJSON(), { command: 'start', force: false });
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  fine(ada);
});

step('the server says what it keeps, and what it is', async () => {
  await page.getByRole('table').getByRole('row', { name: /^Together 1 0/ }).waitFor();
  await page.getByText(/ are free on the disk/).waitFor();
  await page.getByText('Version of the API').waitFor();
  fine(ada);
});
