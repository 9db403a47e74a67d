// What preview, thumbnail and thumbhash of a 12-megapixel JPEG cost, in processor time: this project's own
// rendering beside sharp doing the same from a decode that shrinks, and from a full one. `make bench-pictures`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { photograph } from './photograph.mjs';

const ROUNDS = 5;
const PICTURES = 10;
const REPEATS = 5;
const OWN = '../../target/release/examples/render';

// One picture at a time: what is compared is work, not how it is spread.
sharp.concurrency(1);
sharp.cache(false);

// The three outputs from one decoded picture of at least 1440 pixels a side.
async function outputs(decoded) {
  const { data, info } = await decoded.raw().toBuffer({ resolveWithObject: true });
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  await sharp(data, raw).jpeg({ quality: 80 }).toBuffer();
  await sharp(data, raw).resize(250, 250, { fit: 'outside' }).webp({ quality: 80 }).toBuffer();
  await sharp(data, raw).resize(100, 100, { fit: 'inside' }).ensureAlpha().raw().toBuffer();
}

const shrinking = (file) => outputs(sharp(file).rotate().resize(1440, 1440, { fit: 'inside' }));
// Without a size to decode to, every output is made from the whole picture.
const full = async (file) => {
  const { data, info } = await sharp(file).rotate().raw().toBuffer({ resolveWithObject: true });
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  await sharp(data, raw).resize(1440, 1440, { fit: 'inside' }).jpeg({ quality: 80 }).toBuffer();
  await sharp(data, raw).resize(250, 250, { fit: 'outside' }).webp({ quality: 80 }).toBuffer();
  await sharp(data, raw).resize(100, 100, { fit: 'inside' }).ensureAlpha().raw().toBuffer();
};

async function processorSeconds(work) {
  const before = process.cpuUsage();
  for (const file of files) {
    await work(file);
  }
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6 / files.length;
}

// A worker draws one picture after another, as sharp does here: what its first one costs is spread over many.
function own() {
  const drawn = Array(REPEATS).fill(files).flat();
  const printed = execFileSync(OWN, [join(folder, 'out'), ...drawn], { encoding: 'utf8' });
  return Number(/processor: ([\d.]+) s/.exec(printed)[1]) / drawn.length;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
const files = [];
try {
  for (let number = 0; number < PICTURES; number += 1) {
    const file = join(folder, `${number}.jpg`);
    await photograph(number).jpeg({ quality: 90 }).toFile(file);
    files.push(file);
  }
  const results = { own: [], shrinking: [], full: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    results.own.push(own());
    results.shrinking.push(await processorSeconds(shrinking));
    results.full.push(await processorSeconds(full));
  }
  const milliseconds = Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values) * 1000]));
  const ratio = (beside) => (milliseconds.own / milliseconds[beside]).toFixed(2);
  console.log('processor time for the pictures of one JPEG of 12 megapixels, medians');
  console.log(`  own rendering            ${milliseconds.own.toFixed(1)} ms`);
  console.log(`  sharp, shrinking decode  ${milliseconds.shrinking.toFixed(1)} ms   ratio ${ratio('shrinking')} (wanted 0.60)`);
  console.log(`  sharp, full decode       ${milliseconds.full.toFixed(1)} ms   ratio ${ratio('full')} (wanted 0.40)`);
} finally {
  rmSync(folder, { recursive: true });
}
