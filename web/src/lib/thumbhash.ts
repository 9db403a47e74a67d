// Draws the few bytes that stand for a picture until it is there.

import { thumbHashToRGBA } from 'thumbhash';

/** Draws onto a canvas, which takes the size of what is drawn: at most 32 pixels a side. */
export function drawThumbhash(canvas: HTMLCanvasElement, base64: string) {
  try {
    const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    canvas.width = w;
    canvas.height = h;
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
  } catch {
    // One that is damaged draws nothing.
  }
}
