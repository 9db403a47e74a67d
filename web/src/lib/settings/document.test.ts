import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Document, isSame, valuesOf, withValues } from './document.ts';

const document = { trash: { days: 30, enabled: true }, oauth: { defaultStorageQuota: null }, machineLearning: { urls: ['a'], clip: { modelName: 'b' } } } as unknown as Document;

test('a document is a list of values and becomes one again', () => {
  const values = valuesOf(document);
  assert.deepEqual(values, {
    'trash.days': 30,
    'trash.enabled': true,
    'oauth.defaultStorageQuota': null,
    'machineLearning.urls': ['a'],
    'machineLearning.clip.modelName': 'b',
  });
  assert.deepEqual(withValues(document, values), document);
});

test('changes are made in a copy', () => {
  const changed = withValues(document, { 'trash.days': 5, 'oauth.defaultStorageQuota': 7 });
  assert.deepEqual([changed.trash.days, changed.oauth.defaultStorageQuota, changed.trash.enabled], [5, 7, true]);
  assert.equal(document.trash.days, 30);
});

test('values are compared by what they say', () => {
  assert.ok(isSame(['a', 'b'], ['a', 'b']));
  assert.ok(!isSame(['a'], ['b']) && !isSame(0, null) && !isSame('1', 1));
});
