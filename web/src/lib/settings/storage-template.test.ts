import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf } from './storage-template.ts';

test('parts stand for what the example is', () => {
  for (const [pattern, path] of [
    ['{{y}}/{{MM}}-{{dd}}/{{filename}}', '2024/02-03/IMG_1234.jpg'],
    ['{{yy}}-{{MMM}}/{{W}}/{{h}}.{{HH}}.{{m}}.{{ss}}.{{SSS}}', '24-Feb/5/4.16.5.06.078.jpg'],
    ['{{y}}/{{#if album}}{{album}}{{else}}Other/{{MM}}{{/if}}/{{filename}}', '2024/Holiday/IMG_1234.jpg'],
    ['{{#if album}}{{album-startDate-y}}/{{album}}{{else}}{{y}}{{/if}}/{{{filename}}}', '2024/Holiday/IMG_1234.jpg'],
    ['plain', 'plain.jpg'],
  ] as const) {
    assert.deepEqual(pathOf(pattern), { path }, pattern);
  }
});

test('what is not understood is named', () => {
  assert.deepEqual(pathOf('{{y}}/{{nothing}}'), { unknown: '{{nothing}}' });
  assert.deepEqual(pathOf('{{#if album}}x'), { unknown: '{{#if album}}' });
  assert.ok('unknown' in pathOf('{{y}'));
});
