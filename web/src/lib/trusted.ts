// What browsers that know trusted types take for granted of no one: addresses of the app's own scripts, for workers, and
// pages that are only read.

/** The one policy by which the app makes them; there are no others than its own. */
interface Policy {
  createScriptURL(url: string): string;
  createHTML(text: string): string;
}

interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

function createScriptURL(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError('not a script of this app');
  return url;
}

const rules: Policy = { createScriptURL, createHTML: (text) => text };

function known(): Policy {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  policy ??= policies?.createPolicy('kallitype', rules) ?? rules;
  return policy;
}

/** What a worker may be started with. */
export function ownScript(url: string): string {
  return known().createScriptURL(url);
}

/** HTML as a document of its own, in which nothing runs and nothing is loaded. */
export function inertPage(html: string): Document {
  return new DOMParser().parseFromString(known().createHTML(html), 'text/html');
}
