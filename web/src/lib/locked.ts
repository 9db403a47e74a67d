// The locked folder: what is in it is shown for a while after the PIN was given, and to no one else.

import { answered, api } from './api/client.ts';

export interface LockState {
  hasPin: boolean;
  /** Whether the account has a password, which the PIN is changed with then. */
  hasPassword: boolean;
  isOpen: boolean;
  /** When it closes by itself, in milliseconds. */
  closesAt: number | null;
}

export async function lockState(): Promise<LockState> {
  const { pinCode, password, isElevated, pinExpiresAt } = await answered(api.GET('/auth/status'));
  return { hasPin: pinCode, hasPassword: password, isOpen: isElevated, closesAt: pinExpiresAt ? Date.parse(pinExpiresAt) : null };
}

export async function setPin(pinCode: string) {
  await answered(api.POST('/auth/pin-code', { body: { pinCode } }));
}

/** What shows that someone may change the PIN. */
export type Proof = { password: string } | { pinCode: string };

export async function changePin(proof: Proof, newPinCode: string) {
  await answered(api.PUT('/auth/pin-code', { body: { ...proof, newPinCode } }));
}

export async function removePin(proof: Proof) {
  await answered(api.DELETE('/auth/pin-code', { body: proof }));
}

export async function unlock(pinCode: string) {
  await answered(api.POST('/auth/session/unlock', { body: { pinCode } }));
}

export async function lock() {
  await answered(api.POST('/auth/session/lock'));
}
