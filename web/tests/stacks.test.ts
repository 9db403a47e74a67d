// Pictures that belong together: stacked, looked through, given another cover, and taken apart.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, FILES, fine, inspect, signIn, step, undo, type Visit, visit } from './browser.ts';

let visitor: Visit;
let page: Page;

before(async () => {
  visitor = await visit();
  page = visitor.page;
  await signIn(visitor);
  await page.goto('/');
});
after(closeBrowser);

const tiles = () => page.locator('[data-asset]');
const viewer = () => page.locator('.viewer');
const members = () => viewer().getByRole('navigation', { name: 'Pictures of this stack' }).getByRole('button');
const stackTile = (count: number) => page.getByRole('link', { name: new RegExp(`stack of ${count}$`) });

async function menu(label: string, entry: string) {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('button', { name: entry, exact: true }).click();
}

/** The stacks that the server has, by what is in them. */
async function stacks(): Promise<string[][]> {
  const answer = await page.request.get('/api/stacks');
  const all = (await answer.json()) as { assets: { id: string }[] }[];
  return all.map(({ assets }) => assets.map(({ id }) => id));
}

/** Waits until the grid has so many pictures. */
async function shows(count: number) {
  await page.waitForFunction((count) => document.querySelectorAll('[data-asset]').length === count, count);
}

const idAt = async (index: number) => (await tiles().nth(index).getAttribute('data-asset'))!;
const opened = () => new URL(page.url()).pathname.split('/').at(-1)!;

step('selected pictures become one in the grid, and come back', async () => {
  await page.locator('input[webkitdirectory]').setInputFiles(FILES);
  await page.getByText('8 files uploaded').waitFor();
  // Drawing them takes as long as it takes.
  await page.waitForFunction(() => document.querySelectorAll('[data-asset]').length === 8 && document.querySelectorAll('.tile .none').length === 0, null, { timeout: 300_000 });
  await page.getByRole('region', { name: 'Files being uploaded' }).getByRole('button', { name: 'Close' }).click();
  const [cover, second, third] = [await idAt(1), await idAt(2), await idAt(3)];
  const select = async () => {
    await tiles().nth(1).focus();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('toolbar', { name: '3 selected' }).waitFor();
  };
  await select();
  await menu('More', 'Stack');
  await page.getByText('3 items stacked').waitFor();
  await stackTile(3).waitFor();
  await shows(6);
  assert.deepEqual((await stacks()).map((ids) => [ids[0], new Set(ids)]), [[cover, new Set([cover, second, third])]]);

  await undo(page, '3 items stacked');
  await page.getByText('Undone').waitFor();
  await shows(8);
  assert.deepEqual(await stacks(), []);

  await select();
  await menu('More', 'Stack');
  await shows(6);
  await inspect(visitor, 'stack-grid');
  fine(visitor);
});

step('a stack that joins another is itself again when that is undone', async () => {
  const before = await stacks();
  await page.locator('[data-check]').nth(2).click();
  await stackTile(3).click();
  await page.getByRole('toolbar', { name: '2 selected' }).waitFor();
  await menu('More', 'Stack');
  await stackTile(4).waitFor();
  await shows(5);
  await undo(page, '2 items stacked');
  await stackTile(3).waitFor();
  await shows(6);
  assert.deepEqual(await stacks(), before);
  fine(visitor);
});

step('the viewer steps through a stack, and stays at its place in the grid', async () => {
  await stackTile(3).click();
  await members().nth(2).waitFor();
  assert.equal(await members().count(), 3);
  assert.match((await members().first().getAttribute('aria-label')) ?? '', /cover of the stack$/);
  const cover = opened();
  await page.keyboard.press('ArrowDown');
  await page.waitForURL((url) => !url.href.endsWith(cover));
  await viewer().locator('img.shown').waitFor();
  const second = opened();
  assert.ok((await stacks())[0]!.includes(second));
  await inspect(visitor, 'stack-viewer');
  // What follows is the next picture of the grid, not of the stack.
  await page.keyboard.press('ArrowRight');
  await members().first().waitFor({ state: 'detached' });
  const next = opened();
  assert.ok(!(await stacks())[0]!.includes(next));
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL(`**/${cover}`);
  await members().nth(1).click();
  await page.waitForURL(`**/${second}`);
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  await page.waitForFunction((id) => (document.activeElement as HTMLElement).dataset['asset'] === id, cover);

  // An address of a picture that the grid does not show leads to it all the same.
  await page.goto(`/photos/${second}`);
  await members().nth(2).waitFor();
  await viewer().getByRole('button', { name: 'Next' }).click({ force: true });
  await page.waitForURL(`**/${next}`);
  fine(visitor);
});

step('another picture becomes the cover, one is taken out, and both are taken back', async () => {
  const [cover, second] = (await stacks())[0] as [string, string];
  await page.goto(`/photos/${second}`);
  await members().nth(2).waitFor();
  await page.getByRole('button', { name: 'Change the stack' }).click();
  await page.getByRole('button', { name: 'Take out of the stack' }).waitFor();
  await inspect(visitor, 'stack-menu');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Take out of the stack' }).waitFor({ state: 'hidden' });
  await viewer().waitFor();

  await menu('Change the stack', 'Make this the cover');
  await page.getByText('The stack has another cover').waitFor();
  // What is said does not lie over the pictures that one may want to press.
  const [toast, strip] = [await page.locator('.toast').first().boundingBox(), await members().first().boundingBox()];
  assert.ok(toast!.y + toast!.height <= strip!.y, JSON.stringify([toast, strip]));
  await page.locator(`.viewer [aria-current][aria-label$="cover of the stack"]`).first().waitFor();
  assert.equal((await stacks())[0]![0], second);
  await undo(page, 'The stack has another cover');
  await page.getByText('Undone').waitFor();
  assert.equal((await stacks())[0]![0], cover);

  await menu('Change the stack', 'Take out of the stack');
  await page.getByText('Taken out of the stack').waitFor();
  await members().first().waitFor({ state: 'detached' });
  assert.ok(!(await stacks())[0]!.includes(second));
  await undo(page, 'Taken out of the stack');
  await members().nth(2).waitFor();
  assert.equal((await stacks())[0]!.length, 3);
  fine(visitor);
});

step('what stands for a stack is deleted, and another one stands for it', async () => {
  const [cover] = (await stacks())[0] as [string];
  await page.goto(`/photos/${cover}`);
  await members().nth(2).waitFor();
  await page.keyboard.press('Delete');
  await page.getByText('1 item moved to the trash').waitFor();
  await page.keyboard.press('Escape');
  await stackTile(2).waitFor();
  await undo(page, '1 item moved to the trash');
  await stackTile(3).waitFor();

  // Or one that nothing shows but the stack.
  await stackTile(3).click();
  await members().nth(2).click();
  const last = (await stacks())[0]![2]!;
  await page.waitForURL(`**/${last}`);
  await page.locator('.viewer [aria-current]').first().waitFor();
  // The others are in sight all the while, however late it is known what is left of the stack.
  await page.route('**/api/stacks/*', (route) => void setTimeout(() => void route.continue(), 500));
  await page.keyboard.press('Delete');
  await page.waitForURL((url) => !url.href.endsWith(last));
  assert.notEqual(await members().count(), 0);
  await members().nth(2).waitFor({ state: 'detached' });
  assert.equal(await members().count(), 2);
  await page.unroute('**/api/stacks/*');
  await undo(page, '1 item moved to the trash');
  await members().nth(2).waitFor();
  await page.keyboard.press('Escape');
  fine(visitor);
});

step('a stack is taken apart, and put together again', async () => {
  const before = await stacks();
  await stackTile(3).waitFor();
  await stackTile(3).focus();
  await page.keyboard.press('x');
  await menu('More', 'Unstack');
  await page.getByText('1 stack taken apart').waitFor();
  await shows(8);
  assert.deepEqual(await stacks(), []);
  await undo(page, '1 stack taken apart');
  await stackTile(3).waitFor();
  await shows(6);
  assert.deepEqual(await stacks(), before);
  fine(visitor);
});

step('other languages', async () => {
  for (const [locale, mark, strip] of [['de-DE', /Stapel mit 3$/, 'Bilder dieses Stapels'], ['it-IT', /gruppo di 3$/, 'Foto di questo gruppo']] as const) {
    const other = await visit({ locale });
    await signIn(other);
    await other.page.goto('/');
    await other.page.getByRole('link', { name: mark }).click();
    await other.page.getByRole('navigation', { name: strip }).waitFor();
    await inspect(other, `stack-viewer-${locale}`);
    fine(other);
    await other.page.close();
  }
});
