// What large pictures of every format cost: the processor's time, and the most memory of the process that renders them,
// which is a process for each as a worker would be. `make bench-large`, or `node large.mjs NAME…` for some of them.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { photograph } from './photograph.mjs';

const OWN = '../../target/release/examples/render';
// As a server starts its workers.
const ENVIRONMENT = { MIMALLOC_ARENA_EAGER_COMMIT: '0', MIMALLOC_PURGE_DELAY: '0' };

const folder = mkdtempSync(join(tmpdir(), 'large-'));
const path = (name) => join(folder, name);
const pixels = photograph(1);
const sized = (width, height) => pixels.clone().resize(width, height, { fit: 'fill' });
const run = (program, ...given) => execFileSync(program, given, { stdio: 'ignore' });

async function converted(name, source, program, ...options) {
  await source.png({ compressionLevel: 1 }).toFile(path('source.png'));
  run(program, ...options.map((option) => option.replace('FROM', path('source.png')).replace('TO', path(name))));
}

// A raw file as cameras write them: an uncompressed mosaic of 14 bits, with a JPEG of full size or without one.
function raw(name, width, height, jpeg) {
  const entries = [
    [254, 4, 1, 0],
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 16],
    [259, 3, 1, 1],
    [262, 3, 1, 32803],
    [273, 4, 1, 'mosaic'],
    [277, 3, 1, 1],
    [278, 4, 1, height],
    [279, 4, 1, width * height * 2],
    // Red, green, green, blue.
    [33421, 3, 2, 0x00020002],
    [33422, 1, 4, 0x02010100],
    [50706, 1, 4, 0x00000401],
    [50708, 2, 4, 0x004d4143],
    [50717, 4, 1, 16383],
    [50721, 10, 9, 'matrix'],
    [50728, 5, 3, 'neutral'],
    [50778, 3, 1, 21],
  ];
  const matrix = [[7866, -2108, -555], [-4869, 12483, 2681], [-1176, 2069, 7501]].flat();
  const after = 8 + 2 + entries.length * 12 + 4;
  const places = { matrix: after, neutral: after + 72, mosaic: after + 72 + 24 };
  const header = Buffer.alloc(places.mosaic);
  header.write('II*\0', 'latin1');
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], index) => {
    const at = 10 + index * 12;
    header.writeUInt16LE(tag, at);
    header.writeUInt16LE(type, at + 2);
    header.writeUInt32LE(count, at + 4);
    header.writeUInt32LE(places[value] ?? value, at + 8);
  });
  matrix.forEach((value, index) => {
    header.writeInt32LE(value, places.matrix + index * 8);
    header.writeInt32LE(10000, places.matrix + index * 8 + 4);
  });
  [5, 10, 6].forEach((value, index) => {
    header.writeUInt32LE(value, places.neutral + index * 8);
    header.writeUInt32LE(10, places.neutral + index * 8 + 4);
  });
  const mosaic = new Uint16Array(width * height);
  let state = 1;
  for (let place = 0; place < mosaic.length; place += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    mosaic[place] = ((place % width) / width) * 12000 + (state >>> 22);
  }
  writeFileSync(path(name), Buffer.concat([header, Buffer.from(mosaic.buffer), jpeg ?? Buffer.alloc(0)]));
}

// What has no encoder here: rows without compression, 24 bits a pixel.
async function bmp(name, source, width, height) {
  const { data } = await source.raw().toBuffer({ resolveWithObject: true });
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  // Of a negative height the rows go down.
  header.writeInt32LE(-height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  writeFileSync(path(name), Buffer.concat([header, data]));
}

// A channel after the other, without compression.
async function psd(name, source, width, height) {
  const header = Buffer.alloc(26 + 4 + 4 + 4 + 2);
  header.write('8BPS', 'latin1');
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(3, 12);
  header.writeUInt32BE(height, 14);
  header.writeUInt32BE(width, 18);
  header.writeUInt16BE(8, 22);
  header.writeUInt16BE(3, 24);
  const { data } = await source.raw().toBuffer({ resolveWithObject: true });
  const channels = [0, 1, 2].map((channel) => {
    const plane = Buffer.alloc(width * height);
    for (let place = 0; place < plane.length; place += 1) plane[place] = data[place * 3 + channel];
    return plane;
  });
  writeFileSync(path(name), Buffer.concat([header, ...channels]));
}

const [WIDTH, HEIGHT] = [11552, 8664];
const megapixels100 = () => sized(WIDTH, HEIGHT);
// Opaque on the left, transparent on the right.
const fading = () => {
  const row = Uint8Array.from({ length: WIDTH }, (_, x) => 255 - Math.floor((x * 256) / WIDTH));
  const alpha = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) alpha.set(row, y * WIDTH);
  return megapixels100().joinChannel(alpha, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } });
};
const makers = {
  '24mp.heic': (name) => converted(name, sized(6000, 4000), 'heif-enc', '-q', '60', '-p', 'preset=ultrafast', 'FROM', '-o', 'TO'),
  '45mp-preview.dng': async (name) => raw(name, 8256, 5504, await sized(8256, 5504).jpeg({ quality: 90 }).toBuffer()),
  '100mp-preview.dng': async (name) => raw(name, WIDTH, HEIGHT, await megapixels100().jpeg({ quality: 90 }).toBuffer()),
  '45mp.dng': (name) => raw(name, 8256, 5504),
  '100mp.jpg': (name) => megapixels100().jpeg({ quality: 90 }).toFile(path(name)),
  '100mp-progressive.jpg': (name) => megapixels100().jpeg({ quality: 90, progressive: true }).toFile(path(name)),
  '100mp.png': (name) => megapixels100().png({ compressionLevel: 1 }).toFile(path(name)),
  '100mp-interlaced.png': (name) => megapixels100().png({ compressionLevel: 1, progressive: true }).toFile(path(name)),
  '100mp-strips.tif': (name) => megapixels100().tiff({ compression: 'deflate' }).toFile(path(name)),
  '100mp-tiles.tif': (name) => megapixels100().tiff({ compression: 'lzw', tile: true }).toFile(path(name)),
  '100mp-lossless.webp': (name) => megapixels100().webp({ lossless: true, effort: 0 }).toFile(path(name)),
  '100mp-lossless-alpha.webp': (name) => fading().webp({ lossless: true, effort: 0 }).toFile(path(name)),
  '100mp.gif': (name) => megapixels100().gif({ effort: 1, colours: 64 }).toFile(path(name)),
  '100mp.bmp': (name) => bmp(name, megapixels100(), WIDTH, HEIGHT),
  '100mp.webp': (name) => megapixels100().webp({ quality: 80, effort: 0 }).toFile(path(name)),
  '100mp-alpha.webp': (name) => fading().webp({ quality: 80, effort: 0 }).toFile(path(name)),
  '100mp-tiles.avif': (name) =>
    converted(name, megapixels100(), 'avifenc', '-s', '10', '-y', '420', '--grid', '4x4', 'FROM', 'TO'),
  '100mp.avif': (name) => megapixels100().avif({ quality: 50, effort: 0 }).toFile(path(name)),
  '100mp.heic': (name) => converted(name, megapixels100(), 'heif-enc', '-q', '50', '-p', 'preset=ultrafast', 'FROM', '-o', 'TO'),
  '100mp.psd': (name) => psd(name, megapixels100(), WIDTH, HEIGHT),
  '100mp.jxl': (name) => converted(name, megapixels100(), 'cjxl', '-d', '2', '-e', '3', 'FROM', 'TO'),
  '100mp.jp2': (name) => converted(name, megapixels100(), 'opj_compress', '-r', '20', '-i', 'FROM', '-o', 'TO'),
  '600mp.jpg': (name) => sized(40000, 15000).jpeg({ quality: 80 }).toFile(path(name)),
};

// What browsers show themselves gets no picture of full size.
const SHOWABLE = /\.(avif|gif|jpg|png|webp)$/;

function measure(name) {
  const options = SHOWABLE.test(name) ? [] : ['--fullsize'];
  const printed = execFileSync(OWN, [...options, path('out'), path(name)], { encoding: 'utf8', env: ENVIRONMENT });
  const [outcome] = printed.split('\n');
  const seconds = Number(/processor: ([\d.]+) s/.exec(printed)[1]);
  const megabytes = Number(/VmHWM:\s+(\d+) kB/.exec(printed)[1]) / 1000;
  console.log(`${name.padEnd(24)}${seconds.toFixed(2).padStart(8)} s${megabytes.toFixed(0).padStart(8)} MB   ${outcome.slice(name.length + 2)}`);
}

const names = process.argv.slice(2);
const chosen = Object.entries(makers).filter(([name]) => names.length === 0 || names.includes(name));

try {
  for (const [name, make] of chosen) {
    await make(name);
    measure(name);
    rmSync(path(name));
  }
} finally {
  rmSync(folder, { recursive: true });
}
