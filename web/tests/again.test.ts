// What comes again: memories of earlier years, the same picture in other files, and what was added lately.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { bring, closeBrowser, fine, inspect, signIn, step, undo, type Visit, visit } from './browser.ts';

let visitor: Visit;
let page: Page;
let ids: string[];

before(async () => {
  visitor = await visit();
  page = visitor.page;
  await signIn(visitor);
  ids = await bring(visitor, [16, 17, 18, 19, 20, 21, 22].map((number) => `gradient-${number}.jpg`));
});
after(closeBrowser);

const tiles = () => page.locator('[data-asset]');
const viewer = () => page.locator('.viewer');
const dialog = () => page.getByRole('dialog').last();
const opened = () => new URL(page.url()).pathname.split('/').at(-1)!;
const said = (text: string) => page.locator('.toast', { hasText: text }).waitFor();

async function asked<T>(path: string): Promise<T> {
  return (await page.request.get(`/api/${path}`)).json() as Promise<T>;
}

interface Memory {
  id: string;
  isSaved: boolean;
  seenAt?: string;
  assets: { id: string }[];
}

async function makeMemory(yearsAgo: number, assetIds: string[]): Promise<Memory> {
  const year = new Date().getFullYear() - yearsAgo;
  const data = { type: 'on_this_day', data: { year }, memoryAt: `${year}-03-04T00:00:00.000Z`, assetIds };
  const made = await page.request.post('/api/memories', { data });
  assert.equal(made.status(), 201);
  return made.json() as Promise<Memory>;
}

let memory: Memory;

step('a memory stands above the photos, and goes by itself', async () => {
  memory = await makeMemory(2, ids.slice(0, 3));
  await makeMemory(1, ids.slice(3, 5));
  await page.goto('/');
  await page.getByRole('link', { name: '2 years ago' }).waitFor();
  await tiles().nth(6).waitFor();
  await inspect(visitor, 'memories-strip');
  await page.getByRole('link', { name: '2 years ago' }).click();
  await viewer().locator('img.shown').waitFor();
  const first = opened();
  await page.getByRole('button', { name: 'Slideshow', pressed: true }).waitFor();
  await page.waitForURL((url) => !url.pathname.endsWith(first));
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Slideshow', pressed: false }).waitFor();
  await inspect(visitor, 'memory-viewer');

  const taken = opened();
  await page.getByRole('button', { name: 'Take out of the memory' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(taken));
  await said('1 item taken out of the memory');
  assert.ok(!(await asked<Memory>(`memories/${memory.id}`)).assets.some(({ id }) => id === taken));
  await undo(page, '1 item taken out of the memory');
  await said('Undone');
  assert.equal((await asked<Memory>(`memories/${memory.id}`)).assets.length, 3);
  assert.ok((await asked<Memory>(`memories/${memory.id}`)).seenAt);
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).pathname, '/');
  await page.locator('a.seen', { hasText: '2 years ago' }).waitFor();
  fine(visitor);
});

step('it stands still for who wants less motion, and goes on by fingers', async () => {
  const phone = await visit({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 }, reducedMotion: 'reduce' });
  await signIn(phone);
  await phone.page.goto('/');
  await phone.page.getByRole('link', { name: '2 years ago' }).tap();
  await phone.page.locator('.viewer img.shown').waitFor();
  await phone.page.getByRole('button', { name: 'Slideshow', pressed: false }).waitFor();
  const address = phone.page.url();
  const fingers = await phone.page.context().newCDPSession(phone.page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
    fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', { x: 300, y: 400 });
  for (const x of [240, 150, 60]) await touch('touchMove', { x, y: 400 });
  await touch('touchEnd');
  await phone.page.waitForURL((url) => url.href !== address);
  fine(phone);
  await phone.page.close();
});

step('a memory is kept, becomes an album, and goes', async () => {
  await page.goto(`/memories/${memory.id}`);
  await tiles().nth(2).waitFor();
  await page.getByRole('button', { name: 'Keep this memory' }).click();
  await said('The memory is kept');
  assert.equal((await asked<Memory>(`memories/${memory.id}`)).isSaved, true);
  await inspect(visitor, 'memory');
  await page.getByRole('button', { name: 'Change the memory' }).click();
  await page.getByRole('button', { name: 'Add to an album' }).click();
  await dialog().getByRole('button', { name: 'Make the album' }).click();
  await said('3 items added to “2 years ago');
  const [album] = await asked<{ albumName: string; assetCount: number }[]>('albums');
  assert.match(album!.albumName, /^2 years ago · 4 March/);
  assert.equal(album!.assetCount, 3);
  await page.getByRole('link', { name: 'Memories' }).click();
  await page.getByRole('heading', { name: 'Kept' }).waitFor();
  await inspect(visitor, 'memories');
  await page.goto(`/memories/${memory.id}`);
  await page.getByRole('button', { name: 'Change the memory' }).click();
  await page.getByRole('button', { name: 'Delete the memory' }).click();
  await dialog().getByRole('button', { name: 'Delete the memory' }).click();
  await said('The memory is deleted');
  await page.waitForURL('**/memories');
  assert.equal((await asked<Memory[]>('memories')).length, 1);
  fine(visitor);
});

const place = (text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor();
const isTrashed = async (id: string) => (await asked<{ isTrashed: boolean }>(`assets/${id}`)).isTrashed;

step('the same picture in several files is seen side by side, and one is kept', async () => {
  for (const group of [ids.slice(0, 3), ids.slice(3, 5)]) {
    const changed = await page.request.put('/api/assets', { data: { ids: group, duplicateId: crypto.randomUUID() } });
    assert.equal(changed.status(), 204);
  }
  await page.getByRole('link', { name: 'Duplicates' }).click();
  await place('1 of 2');
  await page.getByText('Suggested', { exact: true }).waitFor();
  // The one of the most pixels.
  const keeps = () => page.getByRole('checkbox', { name: 'Keep' }).evaluateAll((all) => all.map((one) => (one as HTMLInputElement).checked));
  assert.equal((await keeps()).filter(Boolean).length, 1);
  await page.getByRole('row', { name: /^File ?, differs/ }).waitFor();
  await page.getByRole('row', { name: /^Albums/ }).waitFor();
  await inspect(visitor, 'duplicates');
  await page.keyboard.press('ArrowRight');
  await place('2 of 2');
  const group = (await asked<{ assets: { id: string }[] }[]>('duplicates'))[1]!.assets.map(({ id }) => id);
  const before = await keeps();
  await page.keyboard.press('1');
  await page.keyboard.press('2');
  assert.deepEqual(await keeps(), before.map((isKept) => !isKept));
  await page.keyboard.press('Enter');
  await said('1 item moved to the trash');
  await place('1 of 1');
  assert.deepEqual(await Promise.all(group.map(isTrashed)), before);
  await undo(page, '1 item moved to the trash');
  await place('1 of 2');
  assert.deepEqual(await Promise.all(group.map(isTrashed)), [false, false]);
  fine(visitor);
});

step('they are stacked or kept apart by keys, and all at once', async () => {
  await page.keyboard.press('s');
  await said('3 items stacked');
  await place('1 of 1');
  assert.equal((await asked<unknown[]>('stacks')).length, 1);
  await undo(page, '3 items stacked');
  await place('1 of 2');
  await page.keyboard.press('n');
  await said('1 group kept apart');
  await place('1 of 1');
  await undo(page, '1 group kept apart');
  await place('1 of 2');
  // What is kept takes the places of those that go.
  const [album] = await asked<{ id: string; assetCount: number }[]>('albums');
  await page.getByRole('button', { name: 'All groups' }).click();
  await page.getByRole('button', { name: 'Keep what is suggested in all 2 groups' }).click();
  await page.getByText('No duplicates', { exact: true }).waitFor();
  const { assets } = await asked<{ assets: { id: string; isTrashed: boolean }[] }>(`albums/${album!.id}`);
  assert.equal(assets.filter(({ isTrashed }) => !isTrashed).length, 1);
  await inspect(visitor, 'duplicates-none');
  await undo(page, '3 items moved to the trash');
  await place('1 of 2');
  fine(visitor);
});

step('what was added last stands first', async () => {
  await page.goto('/recent');
  await tiles().nth(6).waitFor();
  const shown = await tiles().evaluateAll((all) => all.map((tile) => tile.getAttribute('data-asset')));
  assert.deepEqual(shown, [...ids].reverse());
  await inspect(visitor, 'recent');
  fine(visitor);
});

step('other languages', async () => {
  for (const [locale, title] of [['de-DE', 'Duplikate'], ['it-IT', 'Duplicati']] as const) {
    const other = await visit({ locale });
    await signIn(other);
    await other.page.goto('/duplicates');
    await other.page.getByRole('heading', { name: title }).waitFor();
    await other.page.locator('table img').first().waitFor();
    await inspect(other, `duplicates-${locale}`);
    fine(other);
    await other.page.close();
  }
});
