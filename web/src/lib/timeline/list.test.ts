import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asset } from './asset.ts';
import { AssetList, type Pages } from './list.ts';

function asset(id: string, moment: string): Asset {
  const common = { ratio: 1, thumbhash: null, isImage: true, isFavorite: false, isArchived: false, isLocked: false, isTrashed: false };
  return { id, moment: Date.parse(moment), day: moment.slice(0, 10), ...common, ownerId: '', duration: null, motionId: null, place: '', stack: null };
}

/** Pages of a list, two a page. */
function pagesOf(assets: readonly Asset[]): Pages & { asked: number[] } {
  const asked: number[] = [];
  const pages = async (page: number) => {
    asked.push(page);
    return { assets: assets.slice(page * 2 - 2, page * 2), hasNext: assets.length > page * 2 };
  };
  return Object.assign(pages, { asked });
}

const JUNE = ['f', 'e', 'd'].map((id, at) => asset(id, `2024-06-0${3 - at}T12:00Z`));
const MAY = ['c', 'b', 'a'].map((id, at) => asset(id, `2024-05-0${3 - at}T12:00Z`));
const ids = (assets: readonly Asset[]) => assets.map(({ id }) => id).join('');

test('pages become months as they come', async () => {
  const list = new AssetList(pagesOf([...JUNE, ...MAY]), { isByDate: true });
  await list.reload();
  assert.deepEqual(list.buckets, [{ timeBucket: '2024-06-01', count: 2 }]);
  await list.more();
  assert.deepEqual(list.buckets.map(({ count }) => count), [3, 1]);
  assert.equal(list.isWhole, false);
  await Promise.all([list.more(), list.more()]);
  assert.deepEqual(list.buckets.map(({ count }) => count), [3, 3]);
  assert.equal(list.isWhole, true);
  assert.equal(ids(list.month('2024-05-01')), 'cba');
});

test('a month is in the order of its own clocks', async () => {
  const mixed = [asset('x', '2024-06-01T10:00Z'), asset('y', '2024-06-01T23:00Z')];
  const list = new AssetList(pagesOf(mixed), { isByDate: true });
  await list.reload();
  assert.equal(ids(list.month('2024-06-01')), 'yx');
});

test('what is in no order of dates is one list', async () => {
  const list = new AssetList(pagesOf([MAY[0]!, JUNE[0]!, MAY[1]!]), { isByDate: false });
  await list.reload();
  await list.more();
  assert.equal(ids(list.month('')), 'cfb');
  assert.deepEqual(list.buckets, [{ timeBucket: '', count: 3 }]);
});

test('what changed is asked for again, as far as it was known; what fails changes nothing', async () => {
  const pages = pagesOf([...JUNE, ...MAY]);
  let isDown = false;
  const list = new AssetList((page) => (isDown ? Promise.reject(new Error('down')) : pages(page)), { isByDate: true });
  await list.reload();
  await list.more();
  list.change(new Set(['f', 'c']), (asset) => (asset.id === 'f' ? null : { ...asset, isFavorite: true }));
  assert.equal(ids(list.month('2024-06-01')), 'ed');
  assert.equal(list.month('2024-05-01')[0]?.isFavorite, true);
  isDown = true;
  await assert.rejects(list.reload());
  assert.equal(ids(list.month('2024-06-01')), 'ed');
  isDown = false;
  await list.reload();
  assert.equal(ids(list.month('2024-06-01')), 'fed');
  assert.deepEqual(pages.asked, [1, 2, 1, 2]);
});

test('a picture is reached by its id, as far as there are pages', async () => {
  const list = new AssetList(pagesOf([...JUNE, ...MAY]), { isByDate: true });
  await list.reach('c');
  assert.equal(list.has('c'), true);
  assert.equal(list.has('a'), false);
  await list.reach('nothing');
  assert.equal(list.isWhole, true);
});
