import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSpan, spanInWords } from './dates.ts';

const TODAY = '2024-05-20';

test('times are read as people write them', () => {
  const cases: [string, string, string | null, string?][] = [
    ['2019', 'en', '2019-01-01', '2019-12-31'],
    ['June 2019', 'en', '2019-06-01', '2019-06-30'],
    ['2019 june', 'en', '2019-06-01', '2019-06-30'],
    ['feb 2020', 'en', '2020-02-01', '2020-02-29'],
    ['2019-06', 'en', '2019-06-01', '2019-06-30'],
    ['2019-06-05', 'en', '2019-06-05', '2019-06-05'],
    ['5 June 2019', 'en-GB', '2019-06-05', '2019-06-05'],
    ['June 5, 2019', 'en-US', '2019-06-05', '2019-06-05'],
    ['5. Juni 2019', 'de', '2019-06-05', '2019-06-05'],
    ['5.6.2019', 'de', '2019-06-05', '2019-06-05'],
    ['6/5/2019', 'en-US', '2019-06-05', '2019-06-05'],
    ['5/6/2019', 'en-GB', '2019-06-05', '2019-06-05'],
    ['März', 'de', '2024-03-01', '2024-03-31'],
    ['dicembre', 'it', '2023-12-01', '2023-12-31'],
    ['31 June 2019', 'en-GB', null],
    ['2019-13', 'en', null],
    ['2019-02-30', 'en', null],
    ['31', 'en', null],
    ['9999', 'en', null],
    ['ma', 'en', null],
    ['beach 2019', 'en', null],
    ['', 'en', null],
    ['1 2 june', 'en', null],
  ];
  for (const [text, locale, from, to] of cases) {
    assert.deepEqual(readSpan(text, locale, TODAY), from && { from, to }, text);
  }
});

test('times are written as shortly as they can be', () => {
  assert.equal(spanInWords({ from: '2019-01-01', to: '2019-12-31' }, 'en').words, '2019');
  assert.equal(spanInWords({ from: '2019-06-01', to: '2019-06-30' }, 'en').words, 'June 2019');
  assert.equal(spanInWords({ from: '2019-06-05', to: '2019-06-05' }, 'de').words, '5. Juni 2019');
  assert.deepEqual(spanInWords({ from: '2019-06-05' }, 'en'), { words: 'June 5, 2019', length: 'since' });
});
