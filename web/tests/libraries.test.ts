// External libraries, as the server's administrator looks after them.

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
  await page.goto('/administration');
});
after(closeBrowser);

const dialog = () => page.getByRole('dialog').last();
const library = () => page.getByRole('article');

step('a library is made of folders that were checked', async () => {
  await page.getByRole('link', { name: 'Libraries' }).click();
  await page.getByText('There are none yet').waitFor();
  await inspect(ada, 'libraries-none');
  await page.getByRole('button', { name: 'Make a library' }).click();
  await dialog().getByRole('combobox', { name: /^Owner/ }).selectOption({ label: 'Bob <i>Noyce</i> (bob@example.org)' });
  await dialog().getByLabel('Name', { exact: true }).fill(`Attic ${MARKUP}`);
  await dialog().getByRole('textbox', { name: /^Folders/ }).fill(`${FILES}\n/nowhere/at/all\nphotos\n${FILES}/gradient-16.jpg`);
  await dialog().getByRole('button', { name: 'Check the folders' }).click();
  await dialog().getByText('can be read').waitFor();
  await dialog().getByText('is not there').waitFor();
  await dialog().getByText('has to begin at the root, such as /photos').waitFor();
  await dialog().getByText('is no folder').waitFor();
  await inspect(ada, 'library-checked');
  await dialog().getByRole('button', { name: 'Make a library' }).click();
  await dialog().getByRole('alert').getByText('has to begin at the root').waitFor();
  await dialog().getByRole('textbox', { name: /^Folders/ }).fill(FILES);
  await dialog().getByRole('button', { name: 'Make a library' }).click();
  await library().getByText('of Bob <i>Noyce</i>').waitFor();
  await page.getByText('The library is made').waitFor();
  fine(ada);
});

step('what it holds is counted once it was scanned', async () => {
  await library().getByText('scanned on').waitFor();
  await library().locator('dd').first().getByText('8', { exact: true }).waitFor();
  await inspect(ada, 'libraries');
  await library().getByRole('button', { name: /^Scan/ }).click();
  await page.getByText('The scan has begun').waitFor();
  fine(ada);
});

step('it is changed, and removed after it was said what that means', async () => {
  await library().getByRole('button', { name: /^More/ }).click();
  await page.getByRole('button', { name: 'Change the library' }).click();
  await dialog().getByLabel('Name', { exact: true }).fill('Attic');
  await dialog().getByRole('textbox', { name: /^What is passed by/ }).fill('**/*.txt');
  await inspect(ada, 'library-change');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await library().getByRole('heading', { name: 'Attic', exact: true }).waitFor();
  await library().getByRole('button', { name: /^More/ }).click();
  await page.getByRole('button', { name: 'Remove the library' }).click();
  await dialog().getByText('The files stay where they are').waitFor();
  await inspect(ada, 'library-remove');
  await dialog().getByRole('button', { name: 'Remove the library' }).click();
  await page.getByText('There are none yet').waitFor();
  fine(ada);
});
