// The words of the administration, which only administrators load.

import { type Language, language } from '../index.svelte.ts';
import type { AdministrationMessages } from './en.ts';

const loaders: Record<Language, () => Promise<{ messages: AdministrationMessages }>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  it: () => import('./it.ts'),
};

/** The words in the language of the page. */
export let a: AdministrationMessages;

export async function loadAdministration() {
  a = (await loaders[language()]()).messages;
}
