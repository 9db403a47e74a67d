// What the walks share: a browser that tells of everything that is not as it should be, and screenshots to be looked at.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import axe from 'axe-core';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

function given(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} says nothing; the walks are started by the server's tests`);
  return value;
}

export const ADDRESS = given('ADDRESS');
export const FILES = given('FILES');
export const PASSWORD = 'correct horse battery';
const SCREENSHOTS = given('SCREENSHOTS');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // Tests run as root in containers, where Chromium has no sandbox of its own.
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});

export const closeBrowser = () => browser.close();

/** A page of its own, with what went wrong on it so far. */
export interface Visit {
  page: Page;
  troubles: string[];
}

export async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: ADDRESS, viewport: WIDE, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`a script failed: ${error.message}`));
  page.on('dialog', (dialog) => (troubles.push(`markup became script: ${dialog.message()}`), dialog.dismiss()));
  page.on('console', (line) => {
    // Refusals that a walk causes are logged by the browser too.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) troubles.push(line.text());
  });
  page.on('request', (request) => {
    const isOwn = [ADDRESS, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
    if (!isOwn) troubles.push(`someone else was asked: ${request.url()}`);
  });
  return { page, troubles };
}

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };

/** Looks at a page in light and dark, wide and narrow, for what keeps people from using it. */
export async function inspect({ page, troubles }: Visit, name: string) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await settle(page);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${size}-${colorScheme}.png`) });
      for (const violation of await violations(page)) troubles.push(`${name}, ${size}, ${colorScheme}: ${violation}`);
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
  await settle(page);
}

/** What keeps people from using the page as it is. Of what is as it should be, nothing is told: most of the work would be to say where it is. */
async function violations(page: Page): Promise<string[]> {
  // A document keeps it, which takes longer to read than to run.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 300)).join(' ')}`);
}

/** Waits until nothing moves any more and all pictures in view are there. */
async function settle(page: Page) {
  await page.waitForFunction(() => {
    const isStill = document.getAnimations().every((animation) => animation.playState !== 'running');
    const images = [...document.images].filter((image) => image.src && image.loading !== 'lazy');
    return isStill && images.every((image) => image.complete);
  });
  // What the browser was told is drawn two frames later.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** Nothing went wrong since this was asked last. */
export function fine({ troubles }: Visit) {
  assert.deepEqual(troubles.splice(0), []);
}

/** Takes back what is said to be done: it may be shown before it is said, and something else be said until then. */
export async function undo(page: Page, said: string) {
  await page.locator('.toast', { hasText: said }).getByRole('button', { name: 'Undo' }).click();
}

let isBroken = false;

/** A step of a walk, which has no sense without those before it. */
export function step(name: string, work: () => Promise<void>) {
  test(name, async (context) => {
    if (isBroken) return context.skip('a step before it failed');
    isBroken = true;
    await work();
    isBroken = false;
  });
}

/** Signs in without the page for it. */
export async function signIn({ page }: Visit, email = 'admin@example.org') {
  const answer = await page.request.post('/api/auth/login', { data: { email, password: PASSWORD } });
  assert.equal(answer.status(), 201);
}

/** Brings files in without the page for it; answers their ids once they have their thumbnails. */
export async function bring({ page }: Visit, names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const now = new Date().toISOString();
    const multipart = {
      deviceAssetId: name,
      deviceId: 'walk',
      fileCreatedAt: now,
      fileModifiedAt: now,
      assetData: { name, mimeType: 'image/jpeg', buffer: await readFile(join(FILES, name)) },
    };
    const answer = await page.request.post('/api/assets', { multipart });
    assert.equal(answer.status(), 201);
    ids.push(((await answer.json()) as { id: string }).id);
  }
  for (const id of ids) await drawn(page, id);
  return ids;
}

/** Waits until a picture has its thumbnail. */
async function drawn(page: Page, id: string) {
  for (;;) {
    const answer = await page.request.get(`/api/assets/${id}`);
    if (((await answer.json()) as { thumbhash: string | null }).thumbhash) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
