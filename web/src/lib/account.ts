// What someone keeps about their account beside its password: keys, places where they are signed in, a picture.

import { answered, api, type Schemas } from './api/client.ts';

export type ApiKey = Schemas['APIKeyResponseDto'];
export type Permission = Schemas['Permission'];
export type Session = Schemas['SessionResponseDto'];
export type Preferences = Schemas['UserPreferencesResponseDto'];

export function allKeys(): Promise<ApiKey[]> {
  return answered(api.GET('/api-keys'));
}

/** Answers the secret, which is told this once. */
export async function makeKey(name: string, permissions: Permission[]): Promise<string> {
  return (await answered(api.POST('/api-keys', { body: { name, permissions } }))).secret;
}

export async function changeKey(id: string, name: string, permissions: Permission[]) {
  await answered(api.PUT('/api-keys/{id}', { params: { path: { id } }, body: { name, permissions } }));
}

export async function removeKey(id: string) {
  await answered(api.DELETE('/api-keys/{id}', { params: { path: { id } } }));
}

export function allSessions(): Promise<Session[]> {
  return answered(api.GET('/sessions'));
}

export async function endSession(id: string) {
  await answered(api.DELETE('/sessions/{id}', { params: { path: { id } } }));
}

/** Ends all but the one that asks. */
export async function endOtherSessions() {
  await answered(api.DELETE('/sessions'));
}

export function preferences(): Promise<Preferences> {
  return answered(api.GET('/users/me/preferences'));
}

export function changePreferences(body: Schemas['UserPreferencesUpdateDto']): Promise<Preferences> {
  return answered(api.PUT('/users/me/preferences', { body }));
}

export async function setPicture(file: File) {
  const form = new FormData();
  form.append('file', file, file.name);
  // The type says that a file is text, as the description of the API has it.
  await answered(api.POST('/users/profile-image', { body: { file: '' }, bodySerializer: () => form }));
}

export async function removePicture() {
  await answered(api.DELETE('/users/profile-image'));
}
