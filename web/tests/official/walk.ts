// Walks through an official build of Immich's web app, which a new server serves with --web:
//
//   kallitype serve --data NEW_FOLDER --web IMMICH/web/build
//   ADDRESS=http://127.0.0.1:2283 PHOTOS=FOLDER SCREENSHOTS=FOLDER npx node tests/official/walk.ts
//
// It does what a newcomer does, opens every page, and prints what went wrong: answers of 400 and more, errors in the
// console, servers of others that were asked, and steps that could not be done. The screenshots are to be looked at.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const ADDRESS = process.env['ADDRESS'] ?? 'http://127.0.0.1:2283';
const PHOTOS = process.env['PHOTOS'] ?? '.';
const SCREENSHOTS = process.env['SCREENSHOTS'] ?? 'screenshots';
const EMAIL = 'admin@example.org';
const PASSWORD = 'correct horse battery';
const PICTURE = /\.(jpe?g|png|heic|webp|mp4|mov)$/i;

mkdirSync(SCREENSHOTS, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const troubles = new Map<string, number>();
let place = '';

function trouble(text: string) {
  const line = `${place}: ${text}`;
  troubles.set(line, (troubles.get(line) ?? 0) + 1);
}

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: ADDRESS, viewport: { width: 1400, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => trouble(`a script failed: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) trouble(`console: ${line.text().slice(0, 300)}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 400) trouble(`${answer.status()} ${answer.request().method()} ${withoutIds(answer.url())}`);
  });
  page.on('request', (request) => {
    const isOwn = [ADDRESS, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
    if (!isOwn) trouble(`someone else was asked: ${new URL(request.url()).origin}`);
  });
  return page;
}

const withoutIds = (url: string) => url.replace(ADDRESS, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').slice(0, 160);

/** Does one thing, or says that it could not be done; either way there is a picture of what it looked like. */
async function step(page: Page, name: string, work: () => Promise<unknown>) {
  place = name;
  try {
    await work();
  } catch (error) {
    trouble(`could not be done: ${String(error).split('\n').slice(0, 3).join(' ').slice(0, 300)}`);
  }
  await quiet(page);
  await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`) });
}

/** Waits until the page asks for nothing more; pages that never stop are looked at as they are. */
const quiet = (page: Page) => page.waitForLoadState('networkidle', { timeout: 8_000 }).catch(() => undefined);

const open = (page: Page, path: string) =>
  step(page, path.slice(1).replaceAll('/', '-') || 'start', () => page.goto(path));

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
const tiles = (page: Page) => page.locator('[data-asset], [data-thumbnail-focus-container]');

const page = await newPage();

await step(page, 'sign-up', async () => {
  await page.goto('/');
  await page.getByText(/getting started/i).click();
  await page.waitForURL(/register/);
  await page.locator('input[type=email]').fill(EMAIL);
  await page.locator('input[type=password]').nth(0).fill(PASSWORD);
  await page.locator('input[type=password]').nth(1).fill(PASSWORD);
  await page.locator('input:not([type=email]):not([type=password])').last().fill('Administrator');
  await page.screenshot({ path: join(SCREENSHOTS, 'sign-up-filled.png') });
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/login/);
});

await step(page, 'sign-in', async () => {
  await page.locator('input[type=email]').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(/onboarding|photos/);
});

await step(page, 'onboarding', async () => {
  for (let count = 0; count < 12 && page.url().includes('onboarding'); count += 1) {
    await quiet(page);
    await page.screenshot({ path: join(SCREENSHOTS, `onboarding-${count}.png`) });
    await page.locator('button').filter({ hasText: /theme|language|privacy|user|storage|mobile|done|next|server|backup|continue/i }).last().click();
    await page.waitForTimeout(300);
  }
  await page.waitForURL(/photos/);
});

await step(page, 'upload', async () => {
  const files = readdirSync(PHOTOS, { recursive: true }).map(String).filter((name) => PICTURE.test(name)).slice(0, 30);
  const [chosen] = await Promise.all([page.waitForEvent('filechooser'), button(page, /upload/i).click()]);
  await chosen.setFiles(files.map((name) => join(PHOTOS, name)));
  await page.waitForResponse((answer) => answer.url().endsWith('/api/assets') && answer.status() === 201, { timeout: 60_000 });
  await page.waitForTimeout(15_000);
});

await open(page, '/photos');

await step(page, 'viewer', async () => {
  await tiles(page).first().click();
  await page.waitForURL(/photos\/[0-9a-f-]{36}/);
  await quiet(page);
});
for (const [name, key] of [['info', 'i'], ['next', 'ArrowRight'], ['favourite', 'f'], ['next-again', 'ArrowRight'], ['archive', 'Shift+A']] as const) {
  await step(page, `viewer-${name}`, () => page.keyboard.press(key));
}
await step(page, 'viewer-trash', async () => {
  await page.keyboard.press('Delete');
  await page.waitForTimeout(1_000);
  await page.keyboard.press('Escape');
});

const PAGES = [
  '/photos', '/explore', '/search?query=%7B%22originalFileName%22%3A%22a%22%7D', '/map', '/people', '/places', '/albums', '/sharing', '/shared-links', '/favorites',
  '/archive', '/locked', '/trash', '/tags', '/folders', '/memory', '/utilities', '/utilities/duplicates', '/utilities/large-files', '/user-settings',
  '/user-settings?isOpen=api-keys+devices+notifications+memories+oauth+partner-sharing+user-usage-info',
  '/admin/users', '/admin/jobs-status', '/admin/system-settings', '/admin/library-management', '/admin/server-status',
];
for (const path of PAGES) await open(page, path);

await step(page, 'album', async () => {
  await page.goto('/albums');
  await button(page, /create album/i).click();
  await page.waitForURL(/albums\/[0-9a-f-]{36}/);
  await quiet(page);
  await button(page, /add photos|select photos/i).click();
  await quiet(page);
  await tiles(page).nth(1).click();
  await tiles(page).nth(2).click();
  await page.getByRole('button', { name: /^(add|done)/i }).first().click();
});

await step(page, 'link', async () => {
  const album = new URL(page.url()).pathname.split('/')[2];
  const answer = await page.request.post('/api/shared-links', { data: { type: 'ALBUM', albumId: album, allowDownload: true, showMetadata: true } });
  const { key } = (await answer.json()) as { key: string };
  const visitor = await newPage();
  await visitor.goto(`/share/${key}`);
  await tiles(visitor).first().waitFor();
  await quiet(visitor);
  await visitor.screenshot({ path: join(SCREENSHOTS, 'link-of-visitor.png') });
  await tiles(visitor).first().click();
  await quiet(visitor);
  await visitor.screenshot({ path: join(SCREENSHOTS, 'link-of-visitor-viewer.png') });
  await visitor.close();
});

await step(page, 'settings', async () => {
  await page.goto('/admin/system-settings?isOpen=trash');
  await quiet(page);
  const days = page.locator('input[type=number]:visible').first();
  await days.fill('31');
  await button(page, /^save$/i).click();
});

await step(page, 'sign-out', async () => {
  await page.goto('/photos');
  await page.locator('header, #dashboard-navbar').getByRole('button').last().click();
  await page.getByText(/sign out/i).click();
  await page.waitForURL(/login/);
});

await browser.close();
for (const [line, count] of troubles) console.log(count > 1 ? `${line} (${count} times)` : line);
console.log(`${troubles.size} troubles; screenshots in ${SCREENSHOTS}`);
