import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageAt } from './age.ts';

test('years and months are whole ones', () => {
  for (const [born, then, age] of [
    ['1984-05-03', '2024-05-02T23:00:00.000Z', { years: 39, months: 479 }],
    ['1984-05-03', '2024-05-03T01:00:00.000Z', { years: 40, months: 480 }],
    ['2024-01-31', '2024-02-29T12:00:00.000Z', { years: 0, months: 0 }],
    ['2024-01-31', '2024-03-31T12:00:00.000Z', { years: 0, months: 2 }],
    ['2020-02-29', '2021-02-28T12:00:00.000Z', { years: 0, months: 11 }],
    ['2024-05-03', '2024-05-02T12:00:00.000Z', null],
    [null, '2024-05-02T12:00:00.000Z', null],
  ] as const) {
    assert.deepEqual(ageAt(born, then), age, `${born} ${then}`);
  }
});
