// Albums shared with others, links for those who have no account, and partners.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { bring, closeBrowser, FILES, fine, inspect, signIn, step, type Visit, visit } from './browser.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
let ada: Visit;
let bob: Visit;
/** Someone without an account. */
let eve: Visit;
let album: string;
let pictures: string[];

before(async () => {
  [ada, bob, eve] = await Promise.all([visit(), visit(), visit()]);
  await signIn(ada);
  await signIn(bob, 'bob@example.org');
  pictures = await bring(ada, ['gradient-5.jpg', 'gradient-6.jpg', 'gradient-7.jpg', 'gradient-0.jpg']);
  const made = await ada.page.request.post('/api/albums', { data: { albumName: 'Summer', assetIds: pictures } });
  album = ((await made.json()) as { id: string }).id;
});
after(closeBrowser);

const tiles = (page: Page) => page.locator('[data-asset]');
const dialog = (page: Page) => page.getByRole('dialog').last();

step('an album is described and put in order', async () => {
  const { page } = ada;
  await page.goto(`/albums/${album}`);
  await tiles(page).nth(3).waitFor();
  await page.getByRole('heading', { name: 'May 2024' }).waitFor();
  await page.getByRole('button', { name: 'Change the album' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Name of the album').fill(`Summer ${MARKUP}`);
  await page.getByLabel('Description').fill(`By the sea ${MARKUP}`);
  await page.getByLabel('Order').selectOption('Oldest first');
  await inspect(ada, 'album-edit');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`By the sea ${MARKUP}`).waitFor();
  await page.waitForFunction(() => document.querySelector('[data-asset]')?.getAttribute('aria-label')?.includes('14 Jul 2019'));

  await page.locator('[data-check]').nth(1).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Make it the album’s cover' }).click();
  await page.getByText('The album has a new cover').waitFor();
  fine(ada);
});

step('an album is shared with someone, who may look and then add', async () => {
  const { page } = ada;
  await page.getByRole('button', { name: 'Share the album' }).click();
  await page.getByLabel('Bob <i>Noyce</i>').check();
  await inspect(ada, 'album-people');
  await dialog(page).getByRole('button', { name: 'Add people' }).click();
  const role = page.getByLabel('Role: Bob <i>Noyce</i>');
  assert.equal(await role.inputValue(), 'viewer');
  await role.selectOption('Can add');
  await page.getByText('Everyone on this server is there already').waitFor();
  await dialog(page).getByRole('button', { name: 'Close' }).click();

  const { page: other } = bob;
  await other.goto('/albums');
  await other.getByRole('link', { name: 'Summer' }).getByText('by Admin').waitFor();
  await other.getByLabel('Mine').check();
  await other.getByRole('link', { name: 'Summer' }).waitFor({ state: 'detached' });
  await other.getByLabel('Shared with me').check();
  await inspect(bob, 'albums-shared');
  await other.getByRole('link', { name: 'Summer' }).click();
  await tiles(other).nth(3).waitFor();
  await other.locator('[data-check]').first().click();
  await other.getByRole('button', { name: 'Remove from this album' }).waitFor();
  assert.equal(await other.getByRole('button', { name: 'Move to the trash' }).count(), 0);
  await other.getByRole('button', { name: 'Clear the selection' }).click();
  fine(ada);
  fine(bob);
});

step('people say what they think', async () => {
  const { page } = bob;
  await page.getByRole('button', { name: 'Comments' }).click();
  await page.getByText('No one has said anything yet').waitFor();
  await page.getByLabel('Your comment').fill(`Lovely ${MARKUP}`);
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await dialog(page).getByText(`Lovely ${MARKUP}`).waitFor();
  await dialog(page).getByRole('button', { name: 'Close' }).click();
  await tiles(page).nth(1).click();
  await page.locator('.viewer').getByRole('button', { name: 'Comments' }).click();
  await page.getByRole('button', { name: '0 likes' }).click();
  await page.getByRole('button', { name: '1 like', pressed: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.viewer').waitFor();

  const { page: owner } = ada;
  await owner.reload();
  await owner.getByRole('button', { name: 'Comments' }).getByText('2').waitFor();
  await owner.getByRole('button', { name: 'Comments' }).click();
  await dialog(owner).getByText('likes this').waitFor();
  await inspect(ada, 'comments');
  await owner.getByRole('button', { name: `Remove: Lovely ${MARKUP}` }).click();
  await dialog(owner).getByText('Lovely').waitFor({ state: 'detached' });
  await dialog(owner).getByRole('link', { name: 'Go to the photo' }).click();
  await owner.locator('.viewer').waitFor();
  await owner.keyboard.press('Escape');
  fine(ada);
  fine(bob);
});

step('someone leaves an album', async () => {
  const { page } = bob;
  await page.goto(`/albums/${album}`);
  await page.getByRole('button', { name: 'Change the album' }).click();
  await page.getByRole('button', { name: 'Leave the album' }).click();
  await dialog(page).getByRole('button', { name: 'Leave the album' }).click();
  await page.getByText('No albums yet').waitFor();
  fine(bob);
});

step('a link is made to an album', async () => {
  const { page } = ada;
  await page.goto(`/albums/${album}`);
  await page.getByRole('button', { name: 'Share the album' }).click();
  await dialog(page).getByRole('button', { name: 'Make a link' }).click();
  await dialog(page).getByLabel('Password').fill('sesame');
  await dialog(page).getByLabel('Name in the address').fill('our summer');
  await dialog(page).getByLabel('Photos can be added').check();
  await inspect(ada, 'link-new');
  await dialog(page).getByRole('button', { name: 'Make a link' }).click();
  const address = dialog(page).getByLabel('Address of the link', { exact: true });
  assert.match(await address.inputValue(), /\/s\/our%20summer$/);
  await page.getByRole('img', { name: /as a QR code/ }).waitFor();
  await inspect(ada, 'link-made');
  await dialog(page).getByRole('button', { name: 'Copy' }).click();
  await dialog(page).getByRole('button', { name: 'Copied' }).waitFor();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await dialog(page).getByText('With a password · Takes uploads').waitFor();
  fine(ada);
});

step('a visitor gives the password, looks, downloads and adds', async () => {
  const { page } = eve;
  await page.goto('/s/our%20summer');
  await page.getByLabel('Password').fill('simsalabim');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('not the password of this link').waitFor();
  await inspect(eve, 'link-password');
  await page.getByLabel('Password').fill('sesame');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `Summer ${MARKUP}` }).waitFor();
  await page.getByText(`By the sea ${MARKUP}`).waitFor();
  await tiles(page).nth(3).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.tile img.shown').length === 4);
  await inspect(eve, 'link-album');

  await tiles(page).first().click();
  await page.locator('.viewer img.shown').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('i');
  await page.locator('.viewer').getByText('Brownie').waitFor();
  assert.match(new URL(page.url()).pathname, /^\/s\/our%20summer\/photos\/[0-9a-f-]{36}$/);
  assert.equal(await page.locator('.viewer').getByRole('button', { name: 'Move to the trash' }).count(), 0);
  await inspect(eve, 'link-viewer');
  await page.keyboard.press('i');
  await page.reload();
  await page.locator('.viewer img.shown').waitFor();
  await page.keyboard.press('Escape');

  const [archive] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download everything' }).click()]);
  assert.match(archive.suggestedFilename(), /^Summer .*\.zip$/);
  const bytes = await readFile(await archive.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
  for (const name of ['gradient-5.jpg', 'gradient-0.jpg']) assert.ok(bytes.includes(name), name);
  await page.getByRole('region', { name: 'Downloads' }).getByText('Downloaded').waitFor();
  await inspect(eve, 'link-downloaded');
  await page.getByRole('region', { name: 'Downloads' }).getByRole('button', { name: 'Close' }).click();

  await page.locator('input[type=file]').first().setInputFiles(join(FILES, 'gradient-9.jpg'));
  await page.getByText('1 file uploaded').waitFor();
  await page.getByText('5 items').waitFor();
  await tiles(page).nth(4).waitFor();
  fine(eve);
});

step('links are listed, changed and ended', async () => {
  const { page } = ada;
  await page.goto('/sharing');
  await page.getByRole('link', { name: 'Summer' }).waitFor();
  await page.getByRole('button', { name: /Change the link/ }).click();
  await dialog(page).getByLabel('Ends').fill('2040-01-02T03:04');
  await dialog(page).getByLabel('Description').fill('For grandma');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByText('Ends on 2 Jan 2040').waitFor();
  await inspect(ada, 'sharing');
  const { page: visitor } = eve;
  await visitor.reload();
  await visitor.getByText('For grandma').waitFor();

  await page.getByRole('button', { name: /End the link/ }).click();
  await dialog(page).getByRole('button', { name: 'End the link' }).click();
  await page.getByText('No links yet').waitFor();
  await visitor.reload();
  await visitor.getByText('This link leads nowhere any more').waitFor();
  await inspect(eve, 'link-gone');
  fine(ada);
  fine(eve);
});

step('single photos are shown without their dates and places', async () => {
  const { page } = ada;
  await page.goto('/');
  await tiles(page).nth(3).waitFor();
  await page.locator('[data-check]').nth(0).click();
  await page.locator('[data-check]').nth(1).click();
  await inspect(ada, 'selection-two');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  await dialog(page).getByLabel('Show when and where photos were taken').uncheck();
  assert.equal(await dialog(page).getByLabel('Originals can be downloaded').isDisabled(), true);
  await dialog(page).getByRole('button', { name: 'Make a link' }).click();
  const address = await dialog(page).getByLabel('Address of the link', { exact: true }).inputValue();
  assert.match(address, /\/share\/[\w-]{67}$/);
  await dialog(page).getByRole('button', { name: 'Done' }).click();

  const { page: visitor } = eve;
  await visitor.goto(address);
  await visitor.getByRole('heading', { name: 'Shared photos' }).waitFor();
  await visitor.waitForFunction(() => document.querySelectorAll('.tile img.shown').length === 2);
  assert.equal(await tiles(visitor).first().getAttribute('aria-label'), 'Photo');
  assert.equal(await visitor.getByRole('button', { name: 'Download everything' }).count(), 0);
  await inspect(eve, 'link-photos');
  await tiles(visitor).first().click();
  await visitor.locator('.viewer img.shown').waitFor();
  assert.equal(await visitor.locator('.viewer').getByText(/1970|2024/).count(), 0);
  assert.equal(await visitor.locator('.viewer').getByRole('button', { name: 'Information' }).count(), 0);
  await visitor.keyboard.press('ArrowRight');
  await visitor.locator('.viewer img.shown').waitFor();
  await visitor.keyboard.press('Escape');
  await tiles(visitor).first().waitFor();
  fine(ada);
  fine(eve);
});

step('a timeline is shared with a partner', async () => {
  const { page } = ada;
  await page.goto('/sharing');
  await page.getByRole('button', { name: 'Share my timeline' }).click();
  await page.getByLabel('Bob <i>Noyce</i>').check();
  await inspect(ada, 'partner-add');
  await dialog(page).getByRole('button', { name: 'Share my timeline' }).click();
  await page.getByText('bob@example.org').waitFor();

  const { page: other } = bob;
  await other.goto('/sharing');
  await other.getByRole('link', { name: 'Photos of Admin' }).waitFor();
  await inspect(bob, 'partners');
  await other.getByRole('link', { name: 'Photos of Admin' }).click();
  await tiles(other).nth(4).waitFor();
  await inspect(bob, 'partner');
  await other.goBack();
  await other.getByLabel('Show among my own photos').check();
  await other.getByLabel('Show among my own photos').and(other.locator(':enabled')).waitFor();
  await other.getByRole('link', { name: 'Photos', exact: true }).click();
  await tiles(other).nth(4).waitFor();

  // Of a stack of theirs, one stands for all; the others are in their own timeline.
  const assetIds = await tiles(other).evaluateAll((all) => all.slice(0, 2).map((tile) => tile.getAttribute('data-asset')));
  assert.equal((await page.request.post('/api/stacks', { data: { assetIds } })).status(), 201);
  await other.reload();
  await other.getByRole('link', { name: /stack of 2$/ }).click();
  await other.getByRole('link', { name: 'One of 2: see them all in their timeline' }).click();
  await other.waitForURL(`**/partners/*/${assetIds[0]}`);
  await other.locator('.viewer img.shown').waitFor();
  await other.keyboard.press('ArrowRight');
  await other.waitForURL(`**/partners/*/${assetIds[1]}`);
  await other.goto('/');

  await page.getByRole('button', { name: 'Stop sharing: Bob <i>Noyce</i>' }).click();
  await dialog(page).getByRole('button', { name: 'Stop sharing' }).click();
  await page.getByText('bob@example.org').waitFor({ state: 'detached' });
  await other.reload();
  await other.getByText('Your photos go here').waitFor();
  fine(ada);
  fine(bob);
});
