// Who is signed in. The session itself is a cookie that no script can read.

import { answered, api, type Schemas, whenSignedOut } from './api/client.ts';
import { open, route } from './router.svelte.ts';
import { visited } from './visit.svelte.ts';

const WANTED = 'wanted';

export type User = Schemas['UserAdminResponseDto'];

let user = $state.raw<User | null>(null);

/** Whoever is signed in; a visitor is no one. */
export function me(): User | null {
  return visited() ? null : user;
}

whenSignedOut(() => {
  user = null;
  goToSignIn();
});

/** To the page to sign in on, which leads back here. */
export function goToSignIn() {
  if (['sign-in', 'link'].includes(route().page)) return;
  sessionStorage.setItem(WANTED, location.pathname + location.search);
  open('/auth/login', { replace: true });
}

/** To where someone wanted to go before they were sent to sign in. */
export function goOn() {
  const wanted = sessionStorage.getItem(WANTED) ?? '/';
  sessionStorage.removeItem(WANTED);
  open(wanted, { replace: true });
}

/** Finds out who is signed in, if anyone is. */
export async function recognise() {
  // This cookie only says that there is a session, so that no one asks in vain.
  if (!document.cookie.includes('immich_is_authenticated=true')) return;
  try {
    user = await answered(api.GET('/users/me'));
  } catch {
    user = null;
  }
}

export async function signIn(email: string, password: string) {
  await answered(api.POST('/auth/login', { body: { email, password } }));
  user = await answered(api.GET('/users/me'));
}

export async function signUp(name: string, email: string, password: string) {
  await answered(api.POST('/auth/admin-sign-up', { body: { name, email, password } }));
  await signIn(email, password);
}

export async function changePassword(password: string, newPassword: string) {
  user = await answered(api.POST('/auth/change-password', { body: { password, newPassword } }));
}

export async function changeMe(body: Schemas['UserUpdateMeDto']) {
  user = await answered(api.PUT('/users/me', { body }));
}

/** Asks anew who is signed in, after something of theirs changed. */
export async function knowAgain() {
  user = await answered(api.GET('/users/me'));
}

/** Ends the session, here and at the provider that it was begun at. */
export async function signOut() {
  const { redirectUri } = await answered(api.POST('/auth/logout'));
  user = null;
  const address = new URL(redirectUri, location.href);
  if (address.origin === location.origin) open('/auth/login?autoLaunch=0', { replace: true });
  else location.assign(address);
}

/** Where a provider sends people back to, as it is registered there. */
const redirectUri = () => `${location.origin}/auth/login`;

/** Leaves for the provider to sign in at. */
export async function leaveForProvider() {
  const { url } = await answered(api.POST('/oauth/authorize', { body: { redirectUri: redirectUri() } }));
  location.assign(url);
}

/** Signs in with what the provider put into the address that it sent the browser back to. */
export async function comeBackFromProvider() {
  await answered(api.POST('/oauth/callback', { body: { url: location.href } }));
  user = await answered(api.GET('/users/me'));
}
