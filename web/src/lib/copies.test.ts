import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestOf, type Copy, suggested } from './copies.ts';

function copy(id: string, width: number, bytes: number, { latitude = null as number | null, createdAt = '2024-01-01T00:00:00.000Z' } = {}): Copy {
  return { id, createdAt, exifInfo: { exifImageWidth: width, exifImageHeight: 100, fileSizeInByte: bytes, latitude } } as Copy;
}

test('the one that shows most is best', () => {
  const rounds: [Copy[], string][] = [
    [[copy('small', 100, 900), copy('large', 200, 500)], 'large'],
    [[copy('light', 100, 500), copy('heavy', 100, 900)], 'heavy'],
    [[copy('nowhere', 100, 500), copy('somewhere', 100, 500, { latitude: 0 })], 'somewhere'],
    [[copy('later', 100, 500, { createdAt: '2024-02-01T00:00:00.000Z' }), copy('earlier', 100, 500)], 'earlier'],
  ];
  for (const [assets, best] of rounds) {
    assert.equal(bestOf(assets)?.id, best);
    assert.equal(bestOf([...assets].reverse())?.id, best);
  }
  assert.equal(bestOf([]), undefined);
});

test('the others go', () => {
  const assets = [copy('a', 100, 1), copy('b', 200, 1), copy('c', 100, 2)];
  const { kept, gone } = suggested({ duplicateId: '', assets });
  assert.deepEqual([kept.map(({ id }) => id), gone.map(({ id }) => id)], [['b'], ['a', 'c']]);
});
