import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

test('what is left takes as long as what is done', () => {
  const pace = new Pace();
  pace.see(100, 0);
  assert.equal(pace.rest, null);
  pace.see(98, 1000);
  assert.equal(pace.rest, null, 'two jobs say nothing');
  pace.see(80, 10_000);
  assert.equal(pace.rest, 40_000);
  assert.equal(pace.most, 100);
});

test('new work begins anew', () => {
  const pace = new Pace();
  pace.see(100, 0);
  pace.see(50, 1000);
  pace.see(150, 2000);
  assert.equal(pace.rest, null);
  assert.equal(pace.most, 150);
  pace.see(0, 3000);
  pace.see(10, 4000);
  assert.equal(pace.most, 10);
});
