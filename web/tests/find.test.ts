// Photographs found again: by words, places, dates and tags, on the map, in folders; and put right, many at once.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, FILES, fine, inspect, signIn, step, undo, type Visit, visit } from './browser.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
let visitor: Visit;
let page: Page;

before(async () => {
  visitor = await visit();
  page = visitor.page;
  await signIn(visitor);
});
after(closeBrowser);

const tiles = () => page.locator('[data-asset]');
const viewer = () => page.locator('.viewer');
const box = () => page.getByRole('combobox', { name: 'Search' });
const option = (name: string | RegExp) => page.getByRole('option', { name });
const chips = () => page.getByRole('list', { name: 'What is searched for' }).getByRole('listitem');
const said = (text: string) => page.getByRole('status').getByText(text, { exact: true });

/** Waits until so many pictures are in view, which has to have room for them. */
const tilesAre = (count: number) => page.waitForFunction((count) => document.querySelectorAll('[data-asset]').length === count, count);

/** Waits until so many pictures are found. */
const foundAre = (count: number) => said(count === 1 ? '1 item' : `${count} items`).waitFor();

/** What the server knows of pictures that it finds. */
async function found(question: object) {
  const answer = await page.request.post('/api/search/metadata', { data: { withExif: true, ...question } });
  assert.equal(answer.status(), 200);
  const { assets } = (await answer.json()) as { assets: { items: Found[] } };
  return assets.items;
}

interface Found {
  id: string;
  originalFileName: string;
  localDateTime: string;
  exifInfo: { description: string; latitude: number | null; city: string | null };
}

async function select(count: number) {
  for (let at = 0; at < count; at++) await page.locator('[data-check]').nth(at).click();
  await page.getByRole('toolbar', { name: `${count} selected` }).waitFor();
}

async function choose(action: string) {
  await page.getByRole('toolbar').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('button', { name: action, exact: true }).click();
}

step('photographs come in, with words of their own', async () => {
  await page.goto('/');
  await page.locator('input[webkitdirectory]').setInputFiles(FILES);
  await page.getByText('25 files uploaded').waitFor();
  // Drawing them takes as long as it takes.
  await page.waitForFunction(() => document.querySelectorAll('[data-asset]').length > 0 && document.querySelectorAll('.tile .none').length === 0, null, { timeout: 300_000 });
  const [first] = await found({ originalFileName: 'gradient-7.jpg' });
  const described = await page.request.put('/api/assets', { data: { ids: [first!.id], description: `The beach ${MARKUP}`, isFavorite: true } });
  assert.equal(described.status(), 204);
  const tags = await page.request.put('/api/tags', { data: { tags: [`Family/${MARKUP}`] } });
  assert.equal(tags.status(), 200);
  const [tag] = (await tags.json()) as { id: string }[];
  const tagged = await page.request.put(`/api/tags/${tag!.id}/assets`, { data: { ids: [first!.id] } });
  assert.equal(tagged.status(), 200);
  fine(visitor);
});

step('words are found wherever they stand, and the address leads there again', async () => {
  await page.goto('/');
  await tiles().first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('gradient');
  await option('“gradient”, wherever it stands').waitFor();
  await inspect(visitor, 'find-suggestions');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\?q=gradient$/);
  await foundAre(23);
  assert.deepEqual(await chips().allInnerTexts(), ['Everything', 'with “gradient”']);
  await inspect(visitor, 'find');

  const address = page.url();
  await tiles().nth(2).click();
  await viewer().locator('img.shown').waitFor();
  assert.match(page.url(), /\/search\/[0-9a-f-]{36}\?q=gradient$/);
  await page.keyboard.press('ArrowRight');
  const opened = new URL(page.url());
  await page.reload();
  await viewer().locator('img.shown').waitFor();
  const again = new URL(page.url());
  assert.deepEqual([again.pathname, again.searchParams.get('q')], [opened.pathname, 'gradient']);
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });
  assert.equal(page.url(), address);

  await box().fill('family BEACH gradient');
  await page.keyboard.press('Enter');
  await tilesAre(1);
  await page.goBack();
  await foundAre(23);
  assert.equal(page.url(), address);
  fine(visitor);
});

step('filters are added as they are suggested, and left out one by one', async () => {
  await page.goto('/search?q=gradient');
  await foundAre(23);
  await box().fill('March 2021');
  await option(/in March 2021/).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await tilesAre(3);
  assert.deepEqual(await chips().allInnerTexts(), ['Everything', 'with “gradient”', 'in March 2021']);
  await page.getByRole('link', { name: 'Leave out: with “gradient”' }).click();
  await page.waitForURL(/\/search\?from=2021-03-01&to=2021-03-31$/);
  await foundAre(3);

  for (const [typed, suggested, chip, count] of [
    ['mun', /^Munich/, 'in Munich', 1],
    ['brow', /^Brownie/, 'taken with Brownie', 24],
    ['video', /^Videos/, 'Videos', 1],
    ['favour', /^Favourites/, 'among the favourites', 1],
    ['family/', /^Family\/.*Tag$/, `tagged Family/${MARKUP}`, 1],
    ['in no alb', /^in no album/, 'in no album', 25],
  ] as const) {
    await page.goto('/search');
    await box().fill(typed);
    await option(suggested).first().click();
    await foundAre(count);
    assert.ok((await chips().allInnerTexts()).includes(chip), chip);
  }
  fine(visitor);
});

step('what was found comes page after page', async () => {
  const asked: number[] = [];
  await page.route('**/api/kallitype/search', async (route) => {
    const body = route.request().postDataJSON() as { page: number };
    asked.push(body.page);
    await route.continue({ postData: JSON.stringify({ ...body, size: 5 }) });
  });
  await page.setViewportSize({ width: 640, height: 400 });
  await page.goto('/search?make=Brownie');
  await tiles().first().waitFor();
  await foundAre(24);
  const before = Math.max(...asked);
  assert.ok(before < 5, 'not all pages are asked for at once');
  // The end moves on until the last page is there.
  await page.waitForFunction(() => {
    const scroller = document.querySelector('.scroller')!;
    scroller.scrollTop = scroller.scrollHeight;
    return [...document.querySelectorAll('[data-asset]')].some((tile) => tile.getAttribute('aria-label')?.includes('14 Jul 2019'));
  });
  assert.equal(Math.max(...asked), 5);
  await page.unroute('**/api/kallitype/search');
  await page.setViewportSize({ width: 1280, height: 800 });
  fine(visitor);
});

step('nothing found is said, with ways on', async () => {
  await page.goto('/search?q=nothing+like+it&country=Germany');
  await page.getByText('Nothing matches all of this').waitFor();
  await inspect(visitor, 'find-nothing');
  await page.getByRole('link', { name: 'Leave out: with “nothing like it”' }).last().click();
  await tilesAre(1);
  await page.goto('/search?q=nothing+like+it');
  await page.getByRole('link', { name: '“nothing like it” in folders' }).click();
  await page.waitForURL(/\/search\?path=nothing/);
  fine(visitor);
});

step('there are ways into what there is', async () => {
  await page.getByRole('link', { name: 'Explore' }).click();
  await page.getByRole('heading', { name: 'Places' }).waitFor();
  await page.getByRole('heading', { name: 'Recently added' }).waitFor();
  await page.getByRole('link', { name: 'Brownie' }).waitFor();
  await inspect(visitor, 'explore');
  await page.getByRole('link', { name: 'All places' }).click();
  await page.getByRole('link', { name: 'Germany' }).waitFor();
  await inspect(visitor, 'places');
  await page.getByRole('link', { name: 'Munich' }).click();
  await tilesAre(1);
  fine(visitor);
});

step('the map shows where pictures were taken', async () => {
  await page.goto('/map');
  const heap = page.getByRole('button', { name: '1 item near Munich' });
  await heap.waitFor();
  await tilesAre(1);
  await inspect(visitor, 'map');
  await heap.click();
  await page.getByRole('button', { name: 'Show all in sight' }).click();
  await tiles().first().click();
  await viewer().locator('img.shown').waitFor();
  assert.match(page.url(), /\/map\/[0-9a-f-]{36}\?view=/);
  await page.keyboard.press('Escape');
  await viewer().waitFor({ state: 'detached' });

  await box().fill('Auckland');
  await option(/on the map/).first().click();
  await page.getByText('Nothing was taken here').waitFor();
  await page.waitForURL(/view=-36/);
  const address = page.url();
  await page.reload();
  await page.getByText('Nothing was taken here').waitFor();
  assert.equal(page.url(), address);
  fine(visitor);
});

step('folders, and the largest files', async () => {
  await page.getByRole('link', { name: 'Folders' }).click();
  await page.getByRole('heading', { name: 'Folders' }).waitFor();
  await page.getByText('All folders').waitFor();
  await inspect(visitor, 'folders');
  await page.goto('/folders?path=no/such/folder');
  await page.getByText('There is nothing in this folder').waitFor();

  await page.getByRole('link', { name: 'Large files' }).click();
  await tiles().first().waitFor();
  const sizes = await tiles().evaluateAll((all) => all.map((tile) => tile.getAttribute('aria-label')?.split(', ').at(-1)));
  assert.match(sizes[0] ?? '', /kB|MB/);
  await inspect(visitor, 'large');
  await tiles().first().click();
  await viewer().waitFor();
  assert.match(page.url(), /\/large\//);
  await page.keyboard.press('Escape');
  fine(visitor);
});

step('tags are a tree: made, coloured, looked at, deleted', async () => {
  await page.getByRole('link', { name: 'Tags' }).click();
  await page.getByRole('link', { name: 'Family', exact: true }).waitFor();
  await page.getByRole('button', { name: 'New tag' }).click();
  await page.getByLabel('Name of the tag').fill('Trips/Rome');
  await page.getByRole('button', { name: 'Make the tag' }).click();
  await page.getByRole('link', { name: 'Rome' }).waitFor();
  await page.getByRole('button', { name: 'Change the tag Trips', exact: true }).click();
  await page.getByRole('button', { name: 'Colour', exact: true }).click();
  await page.getByLabel('Colour').fill('#2255aa');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('circle[fill="#2255aa"]').waitFor();
  await inspect(visitor, 'tags');

  await page.getByRole('link', { name: 'Family', exact: true }).click();
  await tilesAre(1);
  await page.getByRole('link', { name: MARKUP }).waitFor();
  await inspect(visitor, 'tag');
  await page.getByRole('link', { name: MARKUP }).click();
  await page.getByRole('heading', { name: `Family/${MARKUP}` }).waitFor();
  await page.goBack();
  await page.getByRole('main').getByRole('link', { name: 'Tags' }).click();
  await page.getByRole('button', { name: 'Change the tag Trips', exact: true }).click();
  await page.getByRole('button', { name: 'Delete the tag' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the tag' }).click();
  await page.getByRole('link', { name: 'Trips' }).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('link', { name: 'Rome' }).count(), 0);
  fine(visitor);
});

step('many are described, and that is taken back', async () => {
  await page.goto('/search?from=2021-03-01&to=2021-03-31');
  await tilesAre(3);
  await select(2);
  await choose('Change the description');
  await page.getByLabel('Description', { exact: true }).fill('Two of three');
  await inspect(visitor, 'change-description');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await said('Description of 2 items changed').waitFor();
  assert.equal((await found({ description: 'two of three' })).length, 2);
  await undo(page, 'Description of 2 items changed');
  await said('Undone').waitFor();
  assert.equal((await found({ description: 'two of three' })).length, 0);
  fine(visitor);
});

step('many get another date, one for all or each moved, and their own back', async () => {
  const dates = async () => (await found({ make: 'Brownie' })).map(({ originalFileName, localDateTime }) => `${originalFileName} ${localDateTime}`).sort();
  const before = await dates();
  await page.goto('/search?from=2021-03-01&to=2021-03-31');
  await tilesAre(3);
  await select(3);
  await choose('Change the date');
  await page.getByLabel('Move each by the same time').check();
  await page.getByLabel('Days').fill('366');
  await page.getByLabel('Earlier').check();
  await inspect(visitor, 'change-date');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await said('Date of 3 items changed').waitFor();
  await page.getByText('Nothing matches all of this').waitFor();
  assert.equal((await dates()).filter((date) => date.includes(' 2020-')).length, 3);
  await undo(page, 'Date of 3 items changed');
  await tilesAre(3);
  assert.deepEqual(await dates(), before);

  await select(2);
  await choose('Change the date');
  await page.getByLabel('Date and time').fill('2021-03-09T10:20');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await said('Date of 2 items changed').last().waitFor();
  assert.equal((await dates()).filter((date) => date.includes(' 2021-03-09T10:20')).length, 2);
  await undo(page, 'Date of 2 items changed');
  await page.getByRole('link', { name: /Photo of 2 Mar 2021/ }).waitFor();
  assert.deepEqual(await dates(), before);
  fine(visitor);
});

step('many get a place, by its name or on the map', async () => {
  await page.goto('/search?from=2021-03-01&to=2021-03-31');
  await tilesAre(3);
  await select(2);
  await choose('Change the place');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Search for a place, or press').waitFor();
  await dialog.locator('canvas').waitFor();
  await dialog.getByLabel('Search for a place').fill('Bolzano');
  await dialog.getByRole('button', { name: /^Bolzano, / }).first().click();
  await dialog.getByText('The pin is at 46.').waitFor();
  await dialog.locator('.maplibregl-marker').waitFor();
  await inspect(visitor, 'change-place');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await said('Place of 2 items changed').waitFor();
  assert.equal((await found({ country: 'Italy' })).length, 2);

  // Those two can go back to where they were, but not to nowhere.
  await page.goto('/search?country=Italy');
  await tilesAre(2);
  await select(2);
  await choose('Change the place');
  await dialog.locator('canvas').waitFor();
  await page.waitForFunction(() => document.querySelector('dialog canvas')?.clientWidth);
  await dialog.locator('canvas').click({ position: { x: 60, y: 60 } });
  await dialog.getByText('The pin is at').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await said('Place of 2 items changed').waitFor();
  await page.getByText('Nothing matches all of this').waitFor();
  await undo(page, 'Place of 2 items changed');
  await tilesAre(2);
  fine(visitor);
});

step('many are tagged, and untagged on the page of the tag', async () => {
  await page.goto('/search?country=Italy');
  await tilesAre(2);
  await select(2);
  await choose('Tag');
  await page.getByLabel('Search for a tag, or write a new one').fill('Trips/Alps');
  await page.getByRole('button', { name: 'Trips/Alps' }).click();
  await inspect(visitor, 'tag-many');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await said('2 items tagged Trips/Alps').waitFor();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tags' }).click();
  await page.getByRole('link', { name: 'Alps' }).click();
  await tilesAre(2);
  await select(1);
  await page.getByRole('button', { name: 'Take off the tag Trips/Alps' }).click();
  await tilesAre(1);
  await undo(page, 'taken off 1 item');
  await tilesAre(2);
  fine(visitor);
});

step('several are downloaded as archives, as many as are planned', async () => {
  await page.goto('/search?from=2021-03-01&to=2021-03-31');
  await tilesAre(3);
  await select(3);
  const first = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const whole = await first;
  assert.match(whole.suggestedFilename(), /^kallitype-\d{4}-\d{2}-\d{2}\.zip$/);
  const bytes = await readFile(await whole.path());
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
  for (const name of ['gradient-2.jpg', 'gradient-3.jpg', 'gradient-4.jpg']) assert.ok(bytes.includes(name), name);
  await page.getByText('Downloaded').waitFor();
  await inspect(visitor, 'download');
  await page.getByRole('region', { name: 'Downloads' }).getByRole('button', { name: 'Close' }).click();

  await page.route('**/api/download/info', (route) => route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), archiveSize: 1 }) }));
  await select(2);
  const names: string[] = [];
  page.on('download', (download) => names.push(download.suggestedFilename().replace(/^.*-\d{2}-/, '')));
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByText('Downloaded').waitFor();
  assert.deepEqual(names, ['1.zip', '2.zip']);
  await page.unroute('**/api/download/info');
  fine(visitor);
});
