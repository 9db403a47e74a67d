// Addresses of the app's own scripts, for workers. Browsers that know trusted types start no other.

/** The one policy by which the app makes addresses of scripts; there are no others than its own. */
interface Policy {
  createScriptURL(url: string): string;
}

interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

function createScriptURL(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError('not a script of this app');
  return url;
}

/** What a worker may be started with. */
export function ownScript(url: string): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  policy ??= policies?.createPolicy('kallitype', { createScriptURL }) ?? { createScriptURL };
  return policy.createScriptURL(url);
}
