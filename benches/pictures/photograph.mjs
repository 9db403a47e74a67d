// What the benchmarks of pictures show: gradients, edges and grain, so that files are as large as those of cameras.

import sharp from 'sharp';

const WIDTH = 4000;
const HEIGHT = 3000;

// Red, green and blue of 12 megapixels.
export function photograph(seed) {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  let state = seed + 1;
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const grain = (state >>> 27) - 16;
      const edge = ((x >> 7) ^ (y >> 7)) & 1 ? 40 : 0;
      const place = (y * WIDTH + x) * 3;
      pixels[place] = Math.max(0, Math.min(255, (x * 200) / WIDTH + edge + grain));
      pixels[place + 1] = Math.max(0, Math.min(255, (y * 200) / HEIGHT + edge + grain));
      pixels[place + 2] = Math.max(0, Math.min(255, 120 + edge + grain + seed));
    }
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}
