// Finds pictures, page after page.

import { answered, api } from '../api/client.ts';
import { readAsset } from '../timeline/asset.ts';
import { AssetList, merged, type Pages } from '../timeline/list.ts';
import { type Asked, type Filters, questions } from './filters.ts';

/** How many pictures a page has. */
const SIZE = 200;

export function find(filters: Filters): AssetList {
  const [first, ...others] = questions(filters).map(answers);
  return new AssetList(others.length > 0 ? merged([first!, ...others], SIZE) : first!, { isByDate: true });
}

function answers(asked: Asked): Pages {
  return async (page) => {
    const { assets } = await answered(api.POST('/search/metadata', { body: { ...asked, page, size: SIZE, withExif: true } }));
    return { assets: assets.items.map(readAsset), hasNext: assets.nextPage !== null };
  };
}
