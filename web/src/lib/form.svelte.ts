// What forms share: one attempt at a time, and why the last one failed.

import { Failure } from './api/client.ts';
import { m } from './messages/index.svelte.ts';

/** What this page refuses by itself, in words of its own. */
export class Refusal extends Error {}

/** Why something failed, in words for whoever tried it. */
export function reason(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (!(error instanceof Failure)) return m.failed(String(error));
  return error.status === 0 ? m.noAnswer : error.message;
}

export class Attempt {
  busy = $state(false);
  error = $state('');
  readonly #explain: (error: unknown) => string;

  /** `explain` may know better words than the server has. */
  constructor(explain: (error: unknown) => string = reason) {
    this.#explain = explain;
  }

  /** Runs what a form is for; answers whether it went well. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = '';
    try {
      await work();
      return true;
    } catch (error) {
      this.error = this.#explain(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
