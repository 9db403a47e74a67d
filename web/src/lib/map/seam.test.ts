import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatLine, flatRing } from './seam.ts';

test('what crosses the line of the date goes on beyond it', () => {
  assert.deepEqual(flatLine([[178, 1], [-179, 2], [-178, 3], [179, 4]]), [[178, 1], [181, 2], [182, 3], [179, 4]]);
  const ring = [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]];
  assert.deepEqual(flatRing(ring), [[170, 60], [190, 60], [190, 70], [170, 70], [170, 60]]);
});

test('what does not cross it stays where it is', () => {
  const ring = [[0, 0], [10, 0], [10, 10], [0, 0]];
  assert.deepEqual(flatRing(ring), ring);
});

test('what goes all around a pole goes over it', () => {
  const ring = [[-180, -70], [-90, -70], [0, -70], [90, -70], [179, -70], [-180, -70]];
  const flat = flatRing(ring);
  assert.deepEqual(flat.slice(-4), [[180, -70], [180, -89.9], [-180, -89.9], [-180, -70]]);
});
