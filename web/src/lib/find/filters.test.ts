import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Filters, fromAddress, question, toSearch } from './filters.ts';

const TAG = '01234567-89ab-4cde-8f01-23456789abcd';

const read = (search: string) => fromAddress(new URLSearchParams(search));

test('an address says what is searched for, and the other way', () => {
  const all: Filters = {
    text: 'a & b = <c>', path: '2019/Rome', kind: 'video', isFavorite: true, isArchived: true, isNotInAlbum: true,
    city: 'Köln', state: 'NRW', country: 'Germany', make: 'Brownie', model: 'Box', lens: '50 mm', rating: 4,
    tags: [TAG], people: [TAG], from: '2019-01-01', to: '2019-12-31', added: '2024-05-01',
  };
  assert.deepEqual(read(toSearch(all)), all);
  assert.equal(toSearch({}), '');
});

test('what makes no sense in an address asks for nothing', () => {
  assert.deepEqual(read('?q=%20&kind=everything&favorite=yes&rating=9&tag=me&from=2019-13-01&at=2019-01-01.x&other=1'), {});
});

test('a text is looked for as words, beside all else', () => {
  const { words, originalFileName, city, isMotion, type, visibility } = question({ text: 'beach sun', city: 'Rome', kind: 'motion' });
  assert.deepEqual([words, originalFileName], ['beach sun', undefined]);
  assert.deepEqual([city, isMotion, type, visibility], ['Rome', true, undefined, 'timeline']);
  assert.equal(question({ city: 'Rome' }).words, undefined);
});

test('days are those of the clock here, the last one whole', () => {
  const asked = question({ from: '2019-06-05', to: '2019-06-05' });
  const day = Date.parse(asked.takenBefore!) - Date.parse(asked.takenAfter!);
  assert.equal(day, 86_400_000 - 1);
  assert.equal(new Date(asked.takenAfter!).getHours(), 0);
});
