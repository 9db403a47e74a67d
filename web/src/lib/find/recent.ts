// What was added lately. The server has its lists in the order of what was taken when, so they are put in order here.

import { answered, api } from '../api/client.ts';
import { type Asset, readAsset } from '../timeline/asset.ts';

/** The spans, in days, of which the longest is taken that has no more pictures than can be put in order. */
const SPANS = [30, 7, 1];
const MOST = 5000;

/** How many pictures a page has. */
const SIZE = 1000;

export async function recentlyAdded(): Promise<Asset[]> {
  const asked = { createdAfter: await beginning(), visibility: 'timeline' as const };
  const found: { added: string; asset: Asset }[] = [];
  for (let page = 1; found.length < MOST; page++) {
    const { assets } = await answered(api.POST('/search/metadata', { body: { ...asked, order: 'desc', page, size: SIZE, withExif: true } }));
    found.push(...assets.items.map((answer) => ({ added: answer.createdAt, asset: readAsset(answer) })));
    if (assets.nextPage === null) break;
  }
  return found.sort((one, other) => other.added.localeCompare(one.added)).map(({ asset }) => asset);
}

/** Since when it is looked for. */
async function beginning(): Promise<string> {
  let createdAfter = '';
  for (const days of SPANS) {
    createdAfter = new Date(Date.now() - days * 86_400_000).toISOString();
    const { total } = await answered(api.POST('/search/statistics', { body: { createdAfter, visibility: 'timeline' } }));
    if (total <= MOST) break;
  }
  return createdAfter;
}
