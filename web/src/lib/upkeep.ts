// What administrators look after beside settings: the library's integrity, the log, how the library grew. Kallitype's own.

import { own } from './api/own.ts';

export const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type Level = (typeof LEVELS)[number];

export interface LogLine {
  at: string;
  level: Level;
  target: string;
  text: string;
}

export interface Log {
  lines: LogLine[];
  /** Whether there were more within the last hour. */
  hasMore: boolean;
  isKept: boolean;
}

export function readLog(level: Level, words: string): Promise<Log> {
  return own('GET', `/log?${new URLSearchParams({ level, words })}`);
}

/** What came in within a month, as far as it is still there. */
export interface Month {
  /** As in `2024-05`. */
  month: string;
  photos: number;
  videos: number;
  bytes: number;
}

export async function readMonths(): Promise<Month[]> {
  const { months } = await own<{ months: Month[] }>('GET', '/uploads');
  return months;
}

/** The kinds of trouble, the gravest first. */
export const TROUBLES = ['missing', 'changed', 'untracked', 'underived'] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface Integrity extends Record<Trouble, { count: number; paths: string[] }> {
  state: 'never' | 'running' | 'done' | 'stopped' | 'failed';
  startedAt: string | null;
  endedAt: string | null;
  checked: number;
  total: number;
  intact: number;
  external: number;
  mendable: number;
}

export const readIntegrity = (): Promise<Integrity> => own('GET', '/integrity');
export const startCheck = (): Promise<void> => own('POST', '/integrity/start');
export const stopCheck = (): Promise<void> => own('POST', '/integrity/stop');

/** Has missing files made again; answers how many jobs that are. */
export async function mend(): Promise<number> {
  const { begun } = await own<{ begun: number }>('POST', '/integrity/mend');
  return begun;
}
