// How fast work goes, by how much of it is left now and then.

/** Fewer finished jobs than these say nothing about the rest. */
const ENOUGH = 5;

export class Pace {
  /** The most that was left since it was nothing. */
  most = 0;
  /** Milliseconds until nothing is left, if that can be told. */
  rest: number | null = null;
  #begun = { left: 0, at: 0 };
  #last = 0;

  /** Looks at how much is left, at a moment in milliseconds. */
  see(left: number, now: number) {
    // More than before is new work, of which it is not known how fast it goes.
    if (left === 0 || left > this.#last) {
      this.most = left === 0 ? 0 : Math.max(this.most, left);
      this.#begun = { left, at: now };
    }
    this.#last = left;
    const done = this.#begun.left - left;
    this.rest = done < ENOUGH ? null : ((now - this.#begun.at) / done) * left;
  }
}
