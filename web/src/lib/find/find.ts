// Finds pictures, page after page.

import { answered, api } from '../api/client.ts';
import { readAsset } from '../timeline/asset.ts';
import { AssetList } from '../timeline/list.ts';
import { type Filters, question } from './filters.ts';

/** How many pictures a page has. */
const SIZE = 200;

export function find(filters: Filters): AssetList {
  const asked = question(filters);
  const pages = async (page: number) => {
    const { assets } = await answered(api.POST('/kallitype/search', { body: { ...asked, page, size: SIZE, withExif: true } }));
    return { assets: assets.items.map(readAsset), hasNext: assets.nextPage !== null };
  };
  return new AssetList(pages, { isByDate: true });
}
