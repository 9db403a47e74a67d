// The app's words. One language is loaded at a time; each is a module of texts and of functions that make texts, and the
// compiler sees that none lacks a message.

import type { Messages } from './en.ts';

export type Language = 'en' | 'de' | 'it';

/** Every language by what those who speak it call it. */
export const LANGUAGES: Record<Language, string> = { en: 'English', de: 'Deutsch', it: 'Italiano' };

const KEY = 'language';

const loaders: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  it: () => import('./it.ts'),
};

/** The messages of the language that was loaded last. What shows them is made anew when it changes. */
export let m: Messages;

let loaded = $state<Language>('en');

export function language(): Language {
  return loaded;
}

export async function loadLanguage(wanted: Language) {
  m = (await loaders[wanted]()).messages;
  document.documentElement.lang = wanted;
  loaded = wanted;
}

export async function chooseLanguage(wanted: Language) {
  localStorage.setItem(KEY, wanted);
  await loadLanguage(wanted);
}

/** The one that was chosen, or else the first of the browser's that there is. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages];
  const known = wanted.map((tag) => tag?.slice(0, 2)).find((tag): tag is Language => tag != null && tag in LANGUAGES);
  return known ?? 'en';
}

/** How dates and numbers are written: as the browser's user does, if that is the language of the page. */
export function locale(): string {
  return navigator.languages.find((tag) => tag.startsWith(loaded)) ?? loaded;
}
