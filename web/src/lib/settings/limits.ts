// What of the settings cannot be changed, and by what it is fixed. Kallitype's own.

import { own } from '../api/own.ts';

export interface Limits {
  fixed: { path: string; by: string }[];
  /** Settings, and whole sections, that are only kept. */
  withoutEffect: string[];
  /** Settings of which the server knows no other value than the default. */
  onlyDefault: string[];
}

export function limits(): Promise<Limits> {
  return own('GET', '/system-config');
}
