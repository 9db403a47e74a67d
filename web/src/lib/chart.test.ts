import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, ticks } from './chart.ts';

const month = (month: string, photos: number, videos = 0) => ({ month, photos, videos, bytes: photos * 10 });

test('every month between the first and the last has its bar', () => {
  const bars = barsOf([month('2023-11', 3), month('2024-02', 5, 1)]);
  assert.deepEqual(
    bars.map((bar) => [bar.month, bar.photos, bar.videos, bar.isYear]),
    [['2023-11-01', 3, 0, false], ['2023-12-01', 0, 0, false], ['2024-01-01', 0, 0, false], ['2024-02-01', 5, 1, false]],
  );
  assert.deepEqual(barsOf([]), []);
  assert.equal(barsOf([month('2024-02', 1)]).length, 1);
});

test('many months become years', () => {
  const bars = barsOf([month('2019-12', 1), month('2020-01', 2), month('2020-12', 3), month('2023-05', 4)]);
  assert.deepEqual(
    bars.map((bar) => [bar.month.slice(0, 4), bar.photos, bar.bytes, bar.isYear]),
    [['2019', 1, 10, true], ['2020', 5, 50, true], ['2021', 0, 0, true], ['2022', 0, 0, true], ['2023', 4, 40, true]],
  );
});

test('lines stand at round values', () => {
  assert.deepEqual(ticks(10), [0, 5, 10]);
  assert.deepEqual(ticks(1234), [0, 500, 1000, 1500]);
  assert.deepEqual(ticks(1), [0, 1]);
  assert.deepEqual(ticks(3), [0, 1, 2, 3]);
  assert.deepEqual(ticks(0), [0, 1]);
  assert.deepEqual(ticks(80), [0, 20, 40, 60, 80]);
});
