import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonFolder, foldersIn, nameOf, wayTo } from './folders.ts';

const PATHS = ['a/b/2023', 'a/b/2024/rome', 'a/b/2024/rome trip', 'a/b/2024/rome/day'];

test('folders begin where there is a choice', () => {
  assert.equal(commonFolder(PATHS), 'a/b');
  assert.equal(commonFolder(['a/b', 'a/b/c']), 'a/b');
  assert.equal(commonFolder(['/a', '/b']), '');
  assert.equal(commonFolder([]), '');
});

test('a folder has those directly in it', () => {
  assert.deepEqual(foldersIn(PATHS, 'a/b'), ['a/b/2023', 'a/b/2024']);
  assert.deepEqual(foldersIn(PATHS, 'a/b/2024'), ['a/b/2024/rome', 'a/b/2024/rome trip']);
  assert.deepEqual(foldersIn(PATHS, 'a/b/2024/rome'), ['a/b/2024/rome/day']);
  assert.deepEqual(foldersIn(PATHS, ''), ['a']);
  assert.equal(nameOf('a/b/2024/rome trip'), 'rome trip');
});

test('the way to a folder', () => {
  assert.deepEqual(wayTo('a/b/2024/rome', 'a/b'), ['a/b', 'a/b/2024', 'a/b/2024/rome']);
  assert.deepEqual(wayTo('a/b', 'a/b'), ['a/b']);
  assert.deepEqual(wayTo('x', 'a/b'), ['x']);
  assert.deepEqual(wayTo('a/b', ''), ['', 'a', 'a/b']);
});
