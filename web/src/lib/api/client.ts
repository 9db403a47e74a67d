// The server, typed by its own description.

import createClient from 'openapi-fetch';
import type { OwnPaths } from './own-paths.ts';
import { passKey } from './pass.ts';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];

export const api = createClient<paths & OwnPaths>({ baseUrl: '/api' });

api.use({
  onRequest({ request }) {
    const key = passKey();
    if (key) request.headers.set('x-immich-share-key', key);
    return request;
  },
});

/** What the server, or the way to it, refused. */
export class Failure extends Error {
  readonly status: number;
  /** One sentence for each rule that was broken. */
  readonly sentences: string[];

  /** `status` is HTTP's, or 0 without an answer. */
  constructor(status: number, message: string, sentences = [message]) {
    super(message);
    this.status = status;
    this.sentences = sentences;
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** How what is locked is refused until the PIN was given. Whoever asks is known. */
const LOCKED = 'Elevated permission is required';

/** What is told when the server no longer knows who is asking. */
let onSignedOut = () => {};

export function whenSignedOut(listener: () => void) {
  onSignedOut = listener;
}

/** What a request was answered with. Throws a [Failure] with the server's words. */
export async function answered<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Failure(0, '');
  }
  if (answer.response.ok) return answer.data as T;
  const failure = new Failure(answer.response.status, messageOf(answer.error), sentencesOf(answer.error));
  if (failure.status === 401 && failure.message !== LOCKED) onSignedOut();
  throw failure;
}

/** The words of a refusal, which are one text or a list of texts. */
export function messageOf(error: unknown): string {
  return sentencesOf(error).join('. ');
}

function sentencesOf(error: unknown): string[] {
  const message = (error as { message?: unknown } | undefined)?.message;
  return Array.isArray(message) ? message.map(String) : [String(message ?? '')];
}
