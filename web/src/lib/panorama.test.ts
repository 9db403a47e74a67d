import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORWARD, turned, zoomed } from './panorama.ts';

test('one looks around as often as one likes, and no further up than straight up', () => {
  let sight = FORWARD;
  for (let turn = 0; turn < 100; turn++) sight = turned(sight, 1, 1);
  assert.ok(Math.abs(sight.across) < 2 * Math.PI);
  assert.equal(sight.up, Math.PI / 2);
  assert.equal(turned(sight, 0, -10).up, -Math.PI / 2);
});

test('things become larger and smaller within limits', () => {
  assert.ok(zoomed(FORWARD, 2).angle < FORWARD.angle);
  assert.ok(zoomed(FORWARD, 1000).angle > 0);
  assert.ok(zoomed(FORWARD, 0.001).angle < Math.PI);
});
