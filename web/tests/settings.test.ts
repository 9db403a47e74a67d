// The settings of the server, as its administrator reads and changes them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, FILES, fine, inspect, signIn, step, type Visit, visit } from './browser.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
let ada: Visit;
let page: Page;

before(async () => {
  ada = await visit();
  page = ada.page;
  await signIn(ada);
  await page.goto('/administration/settings');
});
after(closeBrowser);

const section = (name: string) => page.locator('details', { has: page.getByRole('heading', { name, exact: true, includeHidden: true }) });
const open = (name: string) => section(name).locator('summary').first().click();
const setting = (path: string) => page.locator(`[data-setting="${path}"]`);
const dialog = () => page.getByRole('dialog').last();

type Tree = { [name: string]: Tree | string | number | boolean | null | string[] };
async function document(path = ''): Promise<Tree> {
  const answer = await page.request.get(`/api/system-config${path}`);
  return (await answer.json()) as Tree;
}

function leaves(tree: Tree, before = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? leaves(value, `${before}${name}.`) : [before + name],
  );
}

/** Saves a section; answers once the page says that it is. */
async function save(name: string) {
  await page.getByRole('button', { name: `Save “${name}”` }).click();
  await page.getByText(`“${name}” is saved`).last().waitFor();
}

step('every setting of the server has its place', async () => {
  await page.getByText('Accounts and trash').waitFor();
  await inspect(ada, 'settings');
  const shown = await page.locator('[data-setting]').evaluateAll((all) => all.map((one) => one.getAttribute('data-setting')));
  assert.deepEqual(shown.toSorted(), leaves(await document('/defaults')).toSorted());
  fine(ada);
});

step('what is fixed says by what, and is not changed', async () => {
  await open('Accounts and trash');
  await setting('trash.days').getByText('Fixed by --trash-days').waitFor();
  assert.ok(await setting('trash.days').getByRole('spinbutton').isDisabled());
  assert.equal(await setting('trash.days').getByRole('spinbutton').inputValue(), '9');
  await inspect(ada, 'settings-fixed');
  fine(ada);
});

step('a setting is changed, refused, saved, and goes back to its default', async () => {
  const days = setting('user.deleteDelay').getByRole('spinbutton');
  await days.fill('0');
  await section('Accounts and trash').getByText('1 change not saved').waitFor();
  await page.getByRole('button', { name: 'Save “Accounts and trash”' }).click();
  await setting('user.deleteDelay').getByText('At least 1').waitFor();
  assert.equal(await days.getAttribute('aria-invalid'), 'true');
  assert.ok(await days.evaluate((field) => field === field.ownerDocument.activeElement));
  await inspect(ada, 'settings-refused');
  await days.fill('3');
  await save('Accounts and trash');
  assert.equal(((await document())['user'] as Tree)['deleteDelay'], 3);
  await setting('user.deleteDelay').getByText('Changed. Default: 7 days').waitFor();
  await page.getByRole('button', { name: 'Back to default: Deleted accounts' }).click();
  assert.equal(await days.inputValue(), '7');
  await page.getByRole('button', { name: 'Discard the changes' }).click();
  assert.equal(await days.inputValue(), '3');
  await page.getByRole('button', { name: 'Back to default: Deleted accounts' }).click();
  await save('Accounts and trash');
  assert.equal(((await document())['user'] as Tree)['deleteDelay'], 7);
  fine(ada);
});

step('settings are found by words, and what is changed elsewhere stays', async () => {
  const search = page.getByRole('searchbox', { name: 'Find a setting' });
  await search.fill('style');
  await setting('theme.customCss').getByRole('textbox').fill('body { color: teal }');
  await search.fill('nothing of this kind');
  await page.getByText('No setting matches').waitFor();
  await search.fill('faces PEOPLE');
  await setting('metadata.faces.import').waitFor();
  await inspect(ada, 'settings-found');
  await setting('metadata.faces.import').getByRole('checkbox').check();
  await save('Places, faces in files, map');
  await search.fill('');
  await section('Server').getByText('1 change not saved').waitFor();
  await open('Server');
  await save('Server');
  const now = await document();
  assert.deepEqual([now['theme'], now['metadata']], [{ customCss: 'body { color: teal }' }, { faces: { import: true } }]);
  fine(ada);
});

step('lists and choices are sent as they are meant', async () => {
  await open('Recognition');
  await setting('machineLearning.urls').getByRole('textbox').fill('http://one:3003\n\n http://two:3003 \n');
  await setting('machineLearning.facialRecognition.minScore').getByRole('spinbutton').fill('0.55');
  await inspect(ada, 'settings-recognition');
  await save('Recognition');
  const { urls, facialRecognition } = (await document())['machineLearning'] as Tree;
  assert.deepEqual([urls, (facialRecognition as Tree)['minScore']], [['http://one:3003', 'http://two:3003'], 0.55]);
  await open('Videos');
  await setting('ffmpeg.preset').getByRole('combobox').selectOption('Slow');
  await setting('ffmpeg.acceptedContainers').getByLabel('MP4').check();
  await setting('ffmpeg.twoPass').getByText('This server knows no other value').waitFor();
  await inspect(ada, 'settings-videos');
  await save('Videos');
  const { preset, acceptedContainers } = (await document())['ffmpeg'] as Tree;
  assert.deepEqual([preset, acceptedContainers], ['slow', ['mov', 'ogg', 'webm', 'mp4']]);
  fine(ada);
});

step('a mail server is tried before it is saved', async () => {
  await open('Mail');
  const send = page.getByRole('button', { name: 'Send me a test mail' });
  await send.click();
  await section('Mail').getByRole('alert').getByText('should not be empty').waitFor();
  await setting('notifications.smtp.enabled').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Save “Mail”' }).click();
  await setting('notifications.smtp.transport.host').getByText('This has to be filled in').waitFor();
  await setting('notifications.smtp.from').getByRole('textbox').fill('photos@example.org');
  await setting('notifications.smtp.transport.host').getByRole('textbox').fill('localhost');
  await setting('notifications.smtp.transport.port').getByRole('spinbutton').fill((await readFile(join(FILES, 'port.txt'), 'utf8')).trim());
  await send.click();
  await page.getByText('A mail is on its way to admin@example.org').waitFor();
  await inspect(ada, 'settings-mail');
  await save('Mail');
  fine(ada);
});

step('a letter is shown as it would be, and its markup does nothing', async () => {
  await setting('templates.email.albumInviteTemplate').getByRole('textbox').fill(`<h2>{albumName}</h2>${MARKUP}<script>alert(2)</script><b style="color: red">of {senderName}</b>`);
  await page.getByRole('button', { name: 'Show the letter: Letter about a shared album' }).click();
  await dialog().getByRole('heading', { name: 'Summer by the sea' }).waitFor();
  await dialog().getByText('of Grace Example').waitFor();
  await inspect(ada, 'settings-letter');
  assert.equal(await dialog().locator('img, script').count(), 0);
  await dialog().getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Discard the changes' }).click();
  fine(ada);
});

step('a pattern shows the path that it makes', async () => {
  await open('Names of files');
  const pattern = setting('storageTemplate.template');
  await pattern.getByText('2024/2024-02-03/IMG_1234.jpg', { exact: true }).first().waitFor();
  await pattern.getByLabel('Begin with a pattern').selectOption({ label: '2024/February/IMG_1234.jpg' });
  await pattern.getByText('2024/February/IMG_1234.jpg', { exact: true }).first().waitFor();
  await pattern.getByRole('textbox').fill('{{y}}/{{nothing}}');
  await pattern.getByText('This is not understood: {{nothing}}').waitFor();
  await inspect(ada, 'settings-pattern');
  await page.getByRole('button', { name: 'Discard the changes' }).click();
  fine(ada);
});

step('the settings are there in other languages', async () => {
  for (const [language, name] of [['de', 'Konten und Papierkorb'], ['it', 'Account e cestino']] as const) {
    await page.evaluate((language) => localStorage.setItem('language', language), language);
    await page.reload();
    await page.getByText(name, { exact: true }).click();
    await inspect(ada, `settings-${language}`);
  }
  await page.evaluate(() => localStorage.removeItem('language'));
  fine(ada);
});
