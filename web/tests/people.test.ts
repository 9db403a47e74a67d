// Who is seen in pictures: faces marked on them, people named, merged and hidden, and their pictures found.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { bring, closeBrowser, fine, inspect, signIn, step, undo, type Visit, visit } from './browser.ts';

const ADA = 'Ada <b>Lovelace</b>';
let visitor: Visit;
let page: Page;
let ids: string[];

before(async () => {
  visitor = await visit();
  page = visitor.page;
  await signIn(visitor);
  ids = await bring(visitor, [16, 17, 18, 19, 20].map((number) => `gradient-${number}.jpg`));
});
after(closeBrowser);

const info = () => page.getByRole('complementary', { name: 'Information' });
const dialog = () => page.getByRole('dialog').last();
const faceBox = (name: string) => page.getByRole('button', { name: `Face: ${name}`, exact: true });
const tiles = () => page.locator('[data-asset]');
const said = (text: string) => page.locator('.toast', { hasText: text }).waitFor();

interface Face {
  id: string;
  boundingBoxX1: number;
  boundingBoxX2: number;
  imageWidth: number;
  person: { id: string; name: string } | null;
}

async function facesOn(asset: string): Promise<Face[]> {
  return (await page.request.get(`/api/faces?id=${asset}`)).json() as Promise<Face[]>;
}

const namesOn = async (asset: string) => (await facesOn(asset)).map(({ person }) => person?.name);

async function people(): Promise<{ id: string; name: string; isHidden: boolean }[]> {
  const answer = await page.request.get('/api/people?withHidden=true');
  return ((await answer.json()) as { people: { id: string; name: string; isHidden: boolean }[] }).people;
}

/** Has someone be seen in some pictures; answers who. */
async function seen(name: string, assets: string[]): Promise<string> {
  const made = await page.request.post('/api/people', { data: { name } });
  const { id } = (await made.json()) as { id: string };
  for (const assetId of assets) {
    const data = { assetId, personId: id, imageWidth: 100, imageHeight: 100, x: 30, y: 20, width: 30, height: 30 };
    assert.equal((await page.request.post('/api/faces', { data })).status(), 201);
  }
  return id;
}

step('a face is drawn with the mouse, and is someone new', async () => {
  await page.goto(`/photos/${ids[0]}`);
  await page.locator('.viewer img.shown').waitFor();
  await page.keyboard.press('i');
  await info().getByRole('button', { name: 'Mark faces' }).click();
  const picture = page.locator('.editor img');
  await picture.waitFor();
  const { x, y, width, height } = (await picture.boundingBox())!;
  await page.mouse.move(x + width * 0.25, y + height * 0.25);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + height * 0.5, { steps: 4 });
  await page.mouse.up();
  await dialog().getByLabel('Search for a name').fill(ADA);
  await inspect(visitor, 'face-chooser');
  await dialog().getByRole('button', { name: `New: ${ADA}` }).click();
  await faceBox(ADA).waitFor();
  const [face] = await facesOn(ids[0]!);
  assert.equal(face?.person?.name, ADA);
  assert.ok(Math.abs(face.boundingBoxX1 / face.imageWidth - 0.25) < 0.02, JSON.stringify(face));
  assert.ok(Math.abs(face.boundingBoxX2 / face.imageWidth - 0.5) < 0.02, JSON.stringify(face));
  await info().getByRole('link', { name: ADA }).waitFor();
  await inspect(visitor, 'faces');
  fine(visitor);
});

step('another one is placed with keys, given to someone else, and taken off', async () => {
  await page.getByRole('button', { name: 'New face' }).click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await dialog().getByLabel('Search for a name').fill('Grace');
  await page.keyboard.press('Enter');
  await faceBox('Grace').waitFor();
  assert.deepEqual(new Set(await namesOn(ids[0]!)), new Set([ADA, 'Grace']));
  await undo(page, 'Marked: Grace');
  await faceBox('Grace').waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'New face' }).click();
  await page.keyboard.press('Enter');
  await dialog().getByLabel('Search for a name').fill('Grace');
  await dialog().getByRole('button', { name: 'Grace', exact: true }).click();
  await faceBox('Grace').click();
  await dialog().getByLabel('Search for a name').fill('Ada');
  await dialog().getByRole('button', { name: ADA, exact: true }).click();
  await faceBox(ADA).nth(1).waitFor();
  assert.deepEqual(await namesOn(ids[0]!), [ADA, ADA]);
  await undo(page, `Marked: ${ADA}`);
  await faceBox('Grace').click();
  await dialog().getByRole('button', { name: 'This is no face' }).click();
  await faceBox('Grace').waitFor({ state: 'detached' });
  assert.deepEqual(await namesOn(ids[0]!), [ADA]);
  await undo(page, 'The face is taken off');
  await faceBox('Grace').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.viewer img.shown').waitFor();
  fine(visitor);
});

step('people are named where they are shown, and are the same as others', async () => {
  const unknown = await seen('', ids.slice(1, 4));
  await seen('Linus', ids.slice(2, 4));
  await page.goto('/people');
  await page.getByRole('link', { name: 'Grace' }).waitFor();
  // Their pictures are drawn when it is their turn.
  await page.locator('.face img').nth(3).waitFor();
  await inspect(visitor, 'people');

  await page.getByRole('button', { name: 'Add a name' }).click();
  await page.getByRole('combobox', { name: 'Name' }).fill('Gr');
  await page.getByRole('option', { name: 'The same as Grace' }).waitFor();
  await inspect(visitor, 'people-name');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog().getByText('Whose name and picture stay?').waitFor();
  assert.ok(await dialog().getByRole('radio', { name: 'Grace' }).isChecked());
  await inspect(visitor, 'people-merge');
  await dialog().getByRole('radio', { name: 'No name yet' }).check();
  await dialog().getByRole('button', { name: 'Make them one' }).click();
  await said('2 are one now');
  // Who stays gets the name that they lacked.
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 3);
  assert.deepEqual((await people()).find(({ id }) => id === unknown)?.name, 'Grace');

  await page.getByRole('button', { name: 'Change the name Linus' }).click();
  await page.getByRole('combobox', { name: 'Name' }).fill('Linus T.');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Linus T.' }).waitFor();
  await undo(page, 'The name is now: Linus T.');
  await page.getByRole('link', { name: 'Linus', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Change: Linus' }).click();
  await page.getByRole('button', { name: 'Add to favourites' }).click();
  await page.locator('main li').first().getByRole('link', { name: 'Linus' }).waitFor();
  fine(visitor);
});

step('several are hidden at once, and shown again', async () => {
  await page.getByRole('button', { name: 'Show and hide' }).click();
  await page.getByRole('button', { name: 'Show Linus' }).click();
  await page.getByRole('button', { name: 'Show Grace' }).click();
  await inspect(visitor, 'people-hide');
  await page.getByRole('button', { name: 'Save' }).click();
  await said('2 people shown or hidden');
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 1);
  assert.equal((await people()).filter(({ isHidden }) => isHidden).length, 2);
  await undo(page, '2 people shown or hidden');
  await page.getByRole('link', { name: 'Grace' }).waitFor();
  fine(visitor);
});

step('someone has a page of their own', async () => {
  await page.getByRole('link', { name: 'Grace' }).click();
  await tiles().nth(3).waitFor();
  await page.getByText('4 items').waitFor();
  await page.getByRole('button', { name: 'Change: Grace' }).click();
  await page.getByRole('button', { name: 'Date of birth' }).click();
  await dialog().getByLabel('Date of birth').fill('1984-05-03');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('born on 3 May 1984').waitFor();
  await inspect(visitor, 'person');

  await page.locator('[data-check]').first().click();
  await page.getByRole('toolbar').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('button', { name: 'Make it their picture' }).click();
  await said('They have another picture');
  const last = (await tiles().nth(3).getAttribute('data-asset'))!;
  await page.locator('[data-check]').nth(3).click();
  await page.getByRole('toolbar').getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('button', { name: 'This is someone else' }).click();
  await dialog().getByRole('button', { name: 'Linus' }).click();
  await said('1 item now with Linus');
  await tiles().nth(3).waitFor({ state: 'detached' });
  assert.ok((await namesOn(last)).includes('Linus'));

  await tiles().first().click();
  await page.locator('.viewer img.shown').waitFor();
  // On the eve of a birthday someone is younger than on it.
  const shown = new URL(page.url()).pathname.split('/').at(-1)!;
  const { localDateTime } = (await (await page.request.get(`/api/assets/${shown}`)).json()) as { localDateTime: string };
  const years = localDateTime.slice(5, 10) < '05-03' ? 39 : 40;
  await info().getByRole('link', { name: 'Grace' }).getByText(`${years} years old`).waitFor();
  await inspect(visitor, 'viewer-people');
  await page.keyboard.press('i');
  await page.keyboard.press('Escape');
  fine(visitor);
});

step('they are found by their names', async () => {
  await page.getByRole('link', { name: 'Explore' }).click();
  await page.getByRole('heading', { name: 'People' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Grace' }).waitFor();
  await inspect(visitor, 'explore-people');
  await page.getByRole('combobox', { name: 'Search' }).fill('lovel');
  await page.getByRole('combobox', { name: 'Search' }).fill('ada');
  await page.getByRole('option', { name: new RegExp(`^Ada.*Person$`) }).click();
  await page.getByRole('list', { name: 'What is searched for' }).getByText(`with ${ADA}`).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-asset]').length === 1);
  await page.goto('/people/00000000-0000-4000-8000-000000000000');
  await page.getByText('There is nothing at this address').waitFor();
  fine(visitor);
});

step('other languages', async () => {
  for (const [locale, mark, end] of [['de-DE', 'Gesichter markieren', 'Fertig'], ['it-IT', 'Segna i volti', 'Fatto']] as const) {
    const other = await visit({ locale });
    await signIn(other);
    await other.page.goto(`/photos/${ids[0]}`);
    await other.page.locator('.viewer img.shown').waitFor();
    await other.page.keyboard.press('i');
    await other.page.getByRole('button', { name: mark }).click();
    await other.page.locator('.editor button').first().waitFor();
    await inspect(other, `faces-${locale}`);
    await other.page.getByRole('button', { name: end }).click();
    await other.page.locator('.viewer img.shown').waitFor();
    fine(other);
    await other.page.close();
  }
});
