// A photograph looked at for long: put right where it is shown, among its neighbours, moving. And uploads that wait.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, FILES, fine, inspect, signIn, step, undo, type Visit, visit } from './browser.ts';

const MARKUP = '<b onclick=alert(1)>bold</b>';
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
const info = () => page.getByRole('complementary', { name: 'Information' });
const tray = () => page.getByRole('region', { name: 'Files being uploaded' });

async function find(originalFileName: string) {
  const answer = await page.request.post('/api/search/metadata', { data: { originalFileName } });
  const { assets } = (await answer.json()) as { assets: { items: { id: string }[] } };
  return assets.items[0]!.id;
}

async function known(id: string) {
  const answer = await page.request.get(`/api/assets/${id}`);
  return (await answer.json()) as { localDateTime: string; tags: { value: string }[]; exifInfo: { description: string; rating: number | null; city: string | null } };
}

step('a photograph moves while the mouse is on it, and when it is held', async () => {
  await page.locator('input[webkitdirectory]').setInputFiles(FILES);
  await tray().getByText('26 files uploaded').waitFor();
  // Drawing them takes as long as it takes.
  await page.waitForFunction(() => document.querySelectorAll('[data-asset]').length > 0 && document.querySelectorAll('.tile .none').length === 0, null, { timeout: 300_000 });
  await tray().getByRole('button', { name: 'Close' }).click();
  const [picture, film] = [await find('gradient-5.jpg'), await find('film.mp4')];
  const joined = await page.request.put(`/api/assets/${picture}`, { data: { livePhotoVideoId: film } });
  assert.equal(joined.status(), 200);
  await page.reload();
  const tile = page.locator(`[data-asset="${picture}"]`);
  await tile.hover();
  await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('.tile video')?.currentTime ?? 0) > 0);
  await page.mouse.move(0, 0);
  await tile.locator('video').waitFor({ state: 'detached' });

  const phone = await visit({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } });
  await signIn(phone);
  await phone.page.goto(`/photos/${picture}`);
  await phone.page.locator('.viewer img.shown').waitFor();
  const fingers = await phone.page.context().newCDPSession(phone.page);
  await fingers.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 195, y: 400 }] });
  await phone.page.locator('.viewer video').waitFor();
  await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await phone.page.locator('.viewer video').waitFor({ state: 'detached' });
  fine(phone);
  await phone.page.close();
  fine(visitor);
});

step('a photograph is put right where it is shown', async () => {
  const id = await find('gradient-5.jpg');
  await page.goto(`/photos/${id}`);
  await viewer().locator('img.shown').waitFor();
  await page.keyboard.press('i');
  await info().getByLabel('Description').fill(`At the lake ${MARKUP}`);
  await page.keyboard.press('i');
  await info().getByRole('button', { name: 'Save' }).click();
  await page.getByText('Description of 1 item changed').waitFor();
  assert.equal((await known(id)).exifInfo.description, `At the lake ${MARKUP}i`);

  await info().getByRole('button', { name: '4 stars' }).click();
  await info().getByRole('button', { name: '4 stars', pressed: true }).waitFor();
  assert.equal((await known(id)).exifInfo.rating, 4);
  await page.getByText('Rating changed').waitFor();

  await info().getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabel('Search for a tag, or write a new one').fill('Lakes');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Tag' }).getByRole('button', { name: 'Save' }).click();
  await info().getByRole('link', { name: 'Lakes' }).waitFor();

  await info().getByRole('button', { name: 'Change the place' }).click();
  await page.getByLabel('Search for a place').fill('Bolzano');
  await page.getByRole('button', { name: /^Bolzano, / }).first().click();
  await page.getByRole('dialog', { name: 'Change the place' }).getByRole('button', { name: 'Save' }).click();
  await info().getByText(/^Bolzano/).waitFor();
  await inspect(visitor, 'viewer-info');

  await info().getByRole('button', { name: 'Change the date' }).click();
  await page.getByLabel('Date and time').fill('2018-02-03T04:05');
  await page.getByRole('dialog', { name: 'Change the date' }).getByRole('button', { name: 'Save' }).click();
  await info().getByText(/3 February 2018 at 04:05/).waitFor();
  await undo(page, 'Date of 1 item changed');
  await info().getByText(/2 May 2024/).waitFor();
  assert.match((await known(id)).localDateTime, /^2024-05-02T12:05/);

  await info().getByRole('button', { name: 'Take off the tag Lakes' }).click();
  await info().getByRole('link', { name: 'Lakes' }).waitFor({ state: 'detached' });
  assert.deepEqual((await known(id)).tags, []);
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  fine(visitor);
});

step('the neighbours are below it, and a slideshow goes through them', async () => {
  await page.goto('/');
  await tiles().nth(3).click();
  await viewer().locator('img.shown').waitFor();
  const strip = page.getByRole('navigation', { name: 'Pictures before and behind this one' });
  await strip.getByRole('button').nth(8).waitFor();
  await inspect(visitor, 'filmstrip');
  const first = page.url();
  await strip.getByRole('button').nth(6).click();
  await page.waitForURL((url) => url.href !== first);

  const before = page.url();
  await page.keyboard.press('s');
  await page.getByRole('button', { name: 'Slideshow', pressed: true }).waitFor();
  await page.waitForURL((url) => url.href !== before);
  await viewer().locator('img.shown').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Slideshow', pressed: false }).waitFor();
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  fine(visitor);
});

step('a picture of everything around is looked around in', async () => {
  await page.goto(`/photos/${await find('gradient-24.jpg')}`);
  const around = page.getByRole('application', { name: /360° view$/ });
  await page.locator('.panorama.drawn').waitFor();
  await inspect(visitor, 'panorama');
  const drawn = () => around.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  /** Does something, and waits until something else is seen by it. */
  const turns = async (work: () => Promise<void>) => {
    const before = await drawn();
    await work();
    await page.waitForFunction((before) => document.querySelector<HTMLCanvasElement>('.panorama canvas')!.toDataURL() !== before, before);
  };
  const address = page.url();
  await around.focus();
  for (const key of ['ArrowRight', 'ArrowUp', '+']) await turns(() => page.keyboard.press(key));
  await turns(async () => {
    await page.mouse.move(600, 400);
    await page.mouse.down();
    await page.mouse.move(400, 380, { steps: 4 });
    await page.mouse.up();
  });
  assert.equal(page.url(), address);
  await page.getByRole('button', { name: '360° view' }).click();
  await viewer().locator('img.shown').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL((url) => url.href !== address);
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  fine(visitor);
});

/** A photograph that the server does not have: the same one with something behind its end. */
async function another(name: string) {
  const bytes = await readFile(join(FILES, 'gradient-1.jpg'));
  return { name, mimeType: 'image/jpeg', buffer: Buffer.concat([bytes, Buffer.from(name)]) };
}

step('uploads wait when they are told to, and go on', async () => {
  await page.route('**/api/assets', () => {});
  await page.locator('input[type=file]').first().setInputFiles([await another('one.jpg'), await another('two.jpg')]);
  await page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/assets'));
  await tray().getByRole('button', { name: 'Pause' }).click();
  await tray().getByText('Paused, 2 files left').waitFor();
  await inspect(visitor, 'upload-paused');
  await page.unroute('**/api/assets');
  await tray().getByRole('button', { name: 'Go on' }).click();
  await tray().getByText('2 files uploaded').waitFor();
  await tray().getByRole('button', { name: 'Close' }).click();
  fine(visitor);
});

step('a picture that was copied elsewhere is pasted', async () => {
  const { buffer } = await another('pasted.jpg');
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: 'image/jpeg' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, buffer.toString('base64'));
  await tray().getByText('1 file uploaded').waitFor();
  fine(visitor);
});
