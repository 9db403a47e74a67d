import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, isIn, readView, wrapped, writeView } from './view.ts';

test('a view stands in an address, and nothing else does', () => {
  const view = { latitude: 41.9, longitude: 12.5, zoom: 10 };
  assert.deepEqual(readView(writeView(view)), view);
  for (const text of [null, '', '1,2', '91,0,3', '0,181,3', '0,0,99', 'a,b,c', ',,', '1,2,3,4']) assert.equal(readView(text), null, String(text));
});

test('the map has no edge in the east or west', () => {
  assert.equal(wrapped(190), -170);
  assert.equal(wrapped(-545), 175);
  const pacific = { south: -50, north: 10, west: 160, east: 200 };
  assert.equal(isIn(pacific, -18, 178), true);
  assert.equal(isIn(pacific, -18, -178), true);
  assert.equal(isIn(pacific, -18, 150), false);
  assert.equal(isIn(pacific, 20, 178), false);
  assert.equal(isIn({ south: -90, north: 90, west: -300, east: 300 }, 0, 0), true);
});

test('a window has all of some points', () => {
  assert.deepEqual(around([{ lat: 1, lon: 5 }, { lat: -2, lon: 7 }]), { south: -2, north: 1, west: 5, east: 7 });
  assert.equal(around([]), null);
});
