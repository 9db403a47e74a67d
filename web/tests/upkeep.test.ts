// The integrity of the library, the log and how it all grew, as the server's administrator sees it.

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
  await bring(ada, ['gradient-16.jpg', 'gradient-17.jpg']);
  await page.goto('/administration');
});
after(closeBrowser);

step('the library is checked, and found whole', async () => {
  await page.getByRole('link', { name: 'Integrity' }).click();
  await page.getByText('Every original is read again').waitFor();
  await page.getByRole('button', { name: 'Begin a check' }).click();
  await page.getByText('Everything is as it should be').waitFor();
  await inspect(ada, 'integrity-whole');
  fine(ada);
});

step('what a check finds is named, and made again where that can be', async () => {
  const troubles = (...paths: string[]) => ({ count: paths.length, paths });
  await page.route('**/api/kallitype/integrity', (route) =>
    route.fulfill({
      json: {
        state: 'done', startedAt: '2024-05-06T07:08:09.000Z', endedAt: '2024-05-06T08:09:10.000Z', checked: 5, total: 5, intact: 2, external: 1, mendable: 2,
        missing: troubles('upload/a/01/02/one.jpg'),
        changed: troubles(`upload/a/01/02/${MARKUP}.jpg`),
        untracked: { count: 2345, paths: ['upload/a/01/02/stranger.jpg'] },
        underived: troubles('thumbs/a/01/02/one.webp', 'thumbs/a/01/02/two.webp'),
      },
    }),
  );
  await page.reload();
  await page.getByText('Originals that changed').first().waitFor();
  await page.getByText('Show the 2,345 files').click();
  await page.getByText('Only the first 1 are listed').waitFor();
  await page.getByText('Show the file').last().click();
  await page.getByText(`${MARKUP}.jpg`).waitFor();
  await inspect(ada, 'integrity-troubles');
  const [sent] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/integrity/mend')),
    page.getByRole('button', { name: 'Make again what can be made' }).click(),
  ]);
  // The real server has found nothing of the kind.
  if (sent.status() !== 200) throw new Error(`mending was answered with ${sent.status()}`);
  await page.getByText('0 jobs are begun').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  fine(ada);
});

step('a check that takes long says how far it is, and is stopped', async () => {
  const none = { count: 0, paths: [] };
  let checked = 200;
  const running = { state: 'running', startedAt: '2024-05-06T07:08:09.000Z', endedAt: null, total: 1000, intact: 100, external: 0, mendable: 0, missing: none, changed: none, untracked: none, underived: none };
  await page.route('**/api/kallitype/integrity', (route) => route.fulfill({ json: { ...running, checked } }));
  await page.reload();
  await page.getByText('200 of 1,000 originals looked at').waitFor();
  checked = 400;
  await page.getByText('400 of 1,000 originals looked at').waitFor();
  await inspect(ada, 'integrity-running');
  await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/integrity/stop')),
    page.getByRole('button', { name: 'Stop' }).click(),
  ]);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.getByText('Everything is as it should be').waitFor();
  fine(ada);
});

step('the log of the last hour is read, and searched', async () => {
  const nowhere = { enabled: true, from: 'a@example.org', replyTo: '', transport: { host: 'localhost', port: 1, username: '', password: '', ignoreCert: false } };
  await page.request.post('/api/admin/notifications/test-email', { data: nowhere });
  await page.getByRole('link', { name: 'Log', exact: true }).click();
  const line = page.getByText('a test mail could not be sent').first();
  await line.waitFor();
  await page.getByLabel('How grave').selectOption('Failures');
  await line.waitFor({ state: 'detached' });
  await page.getByLabel('How grave').selectOption('Everything');
  await line.waitFor();
  await page.getByRole('searchbox', { name: 'With these words' }).fill(`no such thing ${MARKUP}`);
  await page.getByText('Nothing of this kind was logged').waitFor();
  await page.getByRole('searchbox', { name: 'With these words' }).fill('MAIL test');
  await line.waitFor();
  await page.route('**/api/kallitype/log?*', (route) =>
    route.fulfill({
      json: {
        lines: [
          { at: '2024-05-06T07:08:09.000Z', level: 'error', target: 'kallitype::jobs', text: `no picture ${MARKUP} error=broken` },
          { at: '2024-05-06T07:08:08.000Z', level: 'info', target: 'kallitype', text: 'x'.repeat(400) },
        ],
        hasMore: true,
        isKept: true,
      },
    }),
  );
  await page.getByRole('button', { name: 'Read again' }).click();
  await page.getByText(MARKUP).waitFor();
  await inspect(ada, 'log');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  fine(ada);
});

step('how the library grew is drawn, and stands in a table', async () => {
  await page.getByRole('link', { name: 'Statistics' }).click();
  await page.getByRole('img', { name: /Photos and videos that came in/ }).waitFor();
  await page.route('**/api/kallitype/uploads', (route) =>
    route.fulfill({
      json: {
        months: Array.from({ length: 30 }, (_, at) => ({
          month: `${2022 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
          photos: 200 + ((at * 7919) % 900),
          videos: (at * 104729) % 120,
          bytes: 1e9 + at * 1e8,
        })),
      },
    }),
  );
  await page.reload();
  await page.getByRole('img', { name: /from January 2022 to June 2024/ }).waitFor();
  await inspect(ada, 'statistics');
  await page.getByText('As a table').click();
  await page.getByRole('row', { name: /^June 2024/ }).waitFor();
  await page.getByRole('row', { name: /^Photos 2 / }).waitFor();
  await inspect(ada, 'statistics-table');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  fine(ada);
});
