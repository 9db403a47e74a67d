// Photographs brought in, looked at, selected and put in order.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, FILES, fine, inspect, signIn, step, undo, type Visit, visit } from './browser.ts';

const MARKUP = '<img src=x onerror=alert(1)>.jpg';
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
const chooser = () => page.locator('input[type=file]').first();
const tray = () => page.getByRole('region', { name: 'Files being uploaded' });
const viewer = () => page.locator('.viewer');

/** How many pictures the server counts. */
async function counted(query: string): Promise<number> {
  const answer = await page.request.get(`/api/timeline/buckets?${query}`);
  const buckets = (await answer.json()) as { count: number }[];
  return buckets.reduce((sum, bucket) => sum + bucket.count, 0);
}

step('an upload that fails says why, and is tried again', async () => {
  await page.getByText('Your photos go here').waitFor();
  await page.route('**/api/assets', (route) => route.abort());
  await chooser().setInputFiles(join(FILES, 'gradient-0.jpg'));
  await tray().getByText('The connection was lost').waitFor();
  await inspect(visitor, 'upload-failed');
  await page.unroute('**/api/assets');
  await tray().getByRole('button', { name: 'Try failed ones again' }).click();
  await tray().getByText('1 file uploaded').waitFor();
  await page.getByRole('heading', { name: 'July 2019' }).waitFor();
  await tiles().first().waitFor();
  assert.equal(await tiles().count(), 1, 'it appeared without a reload');
  fine(visitor);
});

step('a folder of photographs appears as it comes in', async () => {
  await page.locator('input[webkitdirectory]').setInputFiles(FILES);
  await tray().getByText('24 files uploaded').waitFor();
  await tray().getByText('1 was there already').waitFor();
  await tray().getByText('1 file is neither a photo nor a video').waitFor();
  assert.equal(await counted('visibility=timeline'), 25);
  await page.getByRole('heading', { name: 'May 2024' }).waitFor();
  // Drawing them takes as long as it takes.
  await page.waitForFunction(() => document.querySelectorAll('.tile .none').length === 0, null, { timeout: 300_000 });
  await page.locator('.tile img.shown').first().waitFor();
  await tray().getByRole('button', { name: 'Close' }).click();
  await inspect(visitor, 'timeline');
  fine(visitor);
});

step('what is there already is not sent again, when it is dropped either', async () => {
  let sent = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/assets')) sent += 1;
  });
  await page.evaluate(async () => {
    const id = document.querySelector<HTMLElement>('[data-asset]')!.dataset['asset'];
    const bytes = await (await fetch(`/api/assets/${id}/original`)).blob();
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'copy.jpg'));
    const event = (name: string) => new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: transfer });
    document.body.dispatchEvent(event('dragenter'));
    document.body.dispatchEvent(event('drop'));
  });
  await tray().getByText('1 was there already').waitFor();
  assert.equal(sent, 0);
  await tray().getByRole('button', { name: 'Close' }).click();
  fine(visitor);
});

step('a picture is looked at, with its neighbours and its facts', async () => {
  // The newest photograph is the one whose name is markup; before it is the film.
  await page.getByRole('link', { name: /Photo of 2 May 2024/ }).first().click();
  await viewer().locator('img.shown').waitFor();
  assert.match(page.url(), /\/photos\/[0-9a-f-]{36}/);
  await page.keyboard.press('i');
  await viewer().getByText(MARKUP).waitFor();
  await viewer().getByText('Brownie').waitFor();
  await inspect(visitor, 'viewer');

  const address = page.url();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL((url) => url.href !== address);
  await viewer().getByText('gradient-21.jpg').waitFor();
  await page.keyboard.press('ArrowLeft');
  await viewer().getByText(MARKUP).waitFor();
  await page.keyboard.press('i');

  const full = page.waitForRequest((request) => request.url().endsWith('size=fullsize'));
  await page.keyboard.press('z');
  await full;
  await page.keyboard.press('Escape');
  await viewer().waitFor();
  await page.keyboard.press('f');
  await page.getByText('1 item added to the favourites').waitFor();
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  const focused = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['asset']);
  assert.ok(address.includes(focused ?? 'nothing'), 'the keyboard is where the picture is');

  // The address leads to the picture, and from there to the others.
  await page.goto(address);
  await viewer().locator('img.shown').waitFor();
  await viewer().getByRole('button', { name: 'Back' }).click();
  await tiles().first().waitFor();
  assert.equal(new URL(page.url()).pathname, '/');
  fine(visitor);
});

step('an address of a picture that is not there', async () => {
  await page.goto('/photos/00000000-0000-4000-8000-000000000000');
  await page.getByText('This photo is not here any more').waitFor();
  await page.keyboard.press('Escape');
  await tiles().first().waitFor();
  fine(visitor);
});

step('a film plays and seeks', async () => {
  await page.getByRole('link', { name: /Video of/ }).click();
  const time = () => page.evaluate(() => document.querySelector('video')!.currentTime);
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2);
  await page.keyboard.press(' ');
  assert.equal(await page.evaluate(() => document.querySelector('video')!.paused), true);
  await page.evaluate(async () => {
    const video = document.querySelector('video')!;
    const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    video.currentTime = 1.5;
    await sought;
  });
  assert.ok((await time()) >= 1.4);
  await inspect(visitor, 'viewer-film');
  await page.keyboard.press('Escape');
  fine(visitor);
});

step('a selection is archived, and brought back', async () => {
  await tiles().first().waitFor();
  const before = await counted('visibility=timeline');
  await page.getByRole('link', { name: /Photo of 2 May 2024/ }).nth(1).focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  const bar = page.getByRole('toolbar', { name: '3 selected' });
  await bar.waitFor();
  await inspect(visitor, 'selection');
  await bar.getByRole('button', { name: 'Archive' }).click();
  await page.getByText('3 items archived').waitFor();
  assert.equal(await counted('visibility=archive'), 3);
  await bar.waitFor({ state: 'detached' });
  await undo(page, '3 items archived');
  await page.getByText('Undone').waitFor();
  assert.equal(await counted('visibility=timeline'), before);
  assert.equal(await counted('visibility=archive'), 0);

  await page.getByRole('checkbox', { name: 'Select all of Thu 2 May' }).click();
  await page.getByRole('toolbar', { name: '10 selected' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('toolbar').waitFor({ state: 'detached' });

  // With the mouse: one, and everything up to another.
  await page.goto('/');
  await tiles().nth(6).waitFor();
  const checks = page.locator('[data-check]');
  await checks.nth(2).click();
  await checks.nth(6).click({ modifiers: ['Shift'] });
  await page.getByRole('toolbar', { name: '5 selected' }).waitFor();
  await tiles().nth(4).click();
  await page.getByRole('toolbar', { name: '4 selected' }).waitFor();
  await page.getByRole('button', { name: 'Clear the selection' }).click();
  fine(visitor);
});

step('a change that the server refuses is taken back, with the reason', async () => {
  const id = await tiles().first().getAttribute('data-asset');
  await page.route('**/api/assets', (route) => route.fulfill({ status: 507, json: { message: 'The disk is full' } }));
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await page.getByText('The disk is full').waitFor();
  await page.unroute('**/api/assets');
  await page.locator(`[data-asset="${id}"]`).waitFor();
  fine(visitor);
});

step('an album is made, filled, renamed and deleted', async () => {
  await page.getByRole('checkbox', { name: 'Select all of Thu 2 May' }).click();
  await page.getByRole('button', { name: 'Add to an album' }).click();
  await page.getByLabel('Name of the album').fill('<b>Summer</b>');
  await inspect(visitor, 'album-picker');
  await page.getByRole('button', { name: 'Make the album' }).click();
  await page.getByText('10 items added to “<b>Summer</b>”').waitFor();

  await page.getByRole('link', { name: 'Albums' }).click();
  await page.getByRole('link', { name: '<b>Summer</b>' }).waitFor();
  await inspect(visitor, 'albums');
  await page.getByRole('link', { name: '<b>Summer</b>' }).click();
  await page.getByRole('heading', { name: '<b>Summer</b>' }).waitFor();
  await tiles().nth(9).waitFor();
  await inspect(visitor, 'album');

  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Remove from this album' }).click();
  await page.getByText('1 item removed from the album').waitFor();
  await undo(page, '1 item removed from the album');
  await page.getByText('Undone').waitFor();
  await tiles().nth(9).waitFor();

  await page.getByRole('button', { name: 'Change the album' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Name of the album').fill('Summer');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Summer', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Change the album' }).click();
  await page.getByRole('button', { name: 'Delete the album' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the album' }).click();
  await page.getByText('No albums yet').waitFor();
  fine(visitor);
});

step('favourites, the archive and the trash are the same grid', async () => {
  await page.getByRole('link', { name: 'Favourites' }).click();
  await tiles().first().waitFor();
  assert.equal(await tiles().count(), 1);
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Remove from favourites' }).click();
  await page.getByText('Nothing is a favourite yet').waitFor();

  await page.getByRole('link', { name: 'Photos' }).click();
  await page.getByRole('slider', { name: 'Go to a date' }).press('End');
  await page.getByRole('link', { name: /Photo of 3 Mar 2021/ }).click();
  await viewer().locator('img.shown').waitFor();
  await page.keyboard.press('A');
  await page.getByText('1 item archived').waitFor();
  await page.keyboard.press('Delete');
  await page.getByText('1 item moved to the trash').waitFor();
  // The next picture is shown, and not the one that is gone.
  await viewer().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await counted('visibility=timeline'), 23);

  await page.getByRole('link', { name: 'Archive' }).click();
  await tiles().first().waitFor();
  assert.equal(await tiles().count(), 1);
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Back to the timeline' }).click();
  await page.getByText('Nothing is archived').waitFor();

  fine(visitor);
});

step('what is deleted comes back from the trash, or goes for good', async () => {
  await page.goto('/');
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await page.getByText('1 item moved to the trash').waitFor();
  assert.equal(await counted('isTrashed=true'), 2);
  await undo(page, '1 item moved to the trash');
  await page.getByText('Undone').waitFor();
  assert.equal(await counted('isTrashed=true'), 1);

  await page.getByRole('link', { name: 'Trash' }).click();
  await tiles().first().waitFor();
  await inspect(visitor, 'trash');
  await page.locator('[data-check]').first().click();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('1 item restored').waitFor();
  await page.getByText('The trash is empty').waitFor();
  assert.equal(await counted('visibility=timeline'), 25);

  await page.getByRole('link', { name: 'Photos' }).click();
  const checks = page.locator('[data-check]');
  await checks.nth(1).click();
  await checks.nth(2).click();
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await page.getByText('2 items moved to the trash').waitFor();
  await page.getByRole('link', { name: 'Trash' }).click();
  await checks.first().click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByRole('dialog').getByText('There is no way back').waitFor();
  await inspect(visitor, 'trash-question');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 item deleted for good').waitFor();
  await page.getByRole('button', { name: 'Empty the trash' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('The trash is empty').waitFor();
  assert.equal(await counted('visibility=timeline'), 23);
  fine(visitor);
});

step('years are reached by the scrubber, and a place is kept', async () => {
  await page.goto('/');
  await tiles().first().waitFor();
  const scrubber = page.getByRole('slider', { name: 'Go to a date' });
  await scrubber.focus();
  await page.keyboard.press('End');
  await page.getByRole('heading', { name: 'July 2019' }).waitFor();
  await page.getByRole('link', { name: /Photo of 14 Jul 2019/ }).first().waitFor();
  await page.waitForURL(/at=20/);
  const kept = page.url();
  await page.reload();
  await page.getByRole('link', { name: /Photo of 14 Jul 2019/ }).first().waitFor();
  assert.equal(page.url(), kept);

  const box = (await scrubber.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + 4);
  await page.getByRole('link', { name: /Video of/ }).waitFor();
  await page.waitForURL((url) => !url.search);
  fine(visitor);
});

step('the grid is walked through by keys', async () => {
  await page.goto('/');
  await tiles().first().waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Skip to the content' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const label = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await page.waitForFunction(() => document.activeElement?.closest('main') !== null);
  await tiles().first().focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.includes('14 Jul 2019'));
  await page.keyboard.press('ArrowUp');
  assert.match((await label()) ?? '', /2019|2021/);
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Video of'));
  await page.keyboard.press('Enter');
  await viewer().waitFor();
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  fine(visitor);
});

step('fingers select, open, go on and go back', async () => {
  const phone = await visit({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } });
  await signIn(phone);
  const { page } = phone;
  await page.goto('/');
  const tiles = page.locator('[data-asset]');
  await tiles.nth(4).waitFor();
  const fingers = await page.context().newCDPSession(page);
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) => {
    await fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
  };

  const box = (await tiles.nth(2).boundingBox())!;
  await touch('touchStart', { x: box.x + 20, y: box.y + 20 });
  await page.getByRole('toolbar', { name: '1 selected' }).waitFor();
  await touch('touchEnd');
  await tiles.nth(3).tap();
  await page.getByRole('toolbar', { name: '2 selected' }).waitFor();
  await page.getByRole('button', { name: 'Clear the selection' }).tap();

  await tiles.nth(2).tap();
  await page.locator('.viewer img.shown').waitFor();
  const address = page.url();
  await touch('touchStart', { x: 300, y: 400 });
  for (const x of [240, 150, 60]) await touch('touchMove', { x, y: 400 });
  await touch('touchEnd');
  await page.waitForURL((url) => url.href !== address);
  await page.locator('.viewer img.shown').waitFor();
  await touch('touchStart', { x: 200, y: 300 });
  for (const y of [340, 420, 500]) await touch('touchMove', { x: 200, y });
  await touch('touchEnd');
  await page.locator('.viewer').waitFor({ state: 'detached' });
  fine(phone);
});
