// A page of any height in an element that browsers can scroll.
//
// Browsers end an element at some ten million pixels. So what scrolls is never higher than a limit, and shows a part of
// the whole that begins at `origin`. While someone scrolls, nothing moves but the browser's own scroll position, with all
// of its momentum; the part is chosen anew when they stop, or come to its end.

export const LIMIT = 4_000_000;

export class ScrollSpace {
  /** The height of everything. */
  total = 0;
  /** The height of the window onto it. */
  viewport = 0;
  /** Where the element's upper edge is in the whole. */
  origin = 0;
  /** What the element is scrolled by. */
  real = 0;
  readonly #limit: number;

  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  /** The height of the whole above the window. */
  get position(): number {
    return this.origin + this.real;
  }

  /** The largest position. */
  get end(): number {
    return Math.max(0, this.total - this.viewport);
  }

  /** How high the element's content has to be. */
  get spacer(): number {
    return Math.max(this.viewport, Math.min(this.total - this.origin, this.#limit));
  }

  /** Goes somewhere. The element has to be scrolled to `real` then. */
  moveTo(position: number) {
    const wanted = Math.min(Math.max(position, 0), this.end);
    this.origin = Math.min(Math.max(0, wanted - this.#limit / 2), Math.max(0, this.total - this.#limit));
    this.real = wanted - this.origin;
  }

  /** What is above the window became higher by so much; what is looked at stays where it is. */
  shift(height: number) {
    this.origin += height;
  }

  /** Takes what the element was scrolled to; answers whether it has to be scrolled elsewhere, to `real`. */
  scrolled(real: number): boolean {
    this.real = real;
    const isBeyond = this.position < 0 || this.position > this.end;
    const isAtTop = real <= 0 && this.position > 0;
    const isAtBottom = real >= this.spacer - this.viewport && this.position < this.end;
    if (!isBeyond && !isAtTop && !isAtBottom) return false;
    this.moveTo(this.position);
    return true;
  }

  /** Someone stopped: makes room in both directions. Answers whether the element has to be scrolled to `real`. */
  settle(): boolean {
    const before = this.real;
    const room = Math.min(this.#limit / 4, this.position);
    const roomBelow = Math.min(this.#limit / 4, this.end - this.position);
    const isRoomy = this.real >= room && this.spacer - this.viewport - this.real >= roomBelow;
    const isExact = this.origin >= 0 && (this.total > this.#limit || this.origin === 0);
    if (isRoomy && isExact) return false;
    this.moveTo(this.position);
    return this.real !== before;
  }
}
