// Lists of pictures that operations answer at once, or of which only the ids are known.

import { answered, api, Failure, type Schemas } from '../api/client.ts';
import { readAsset } from './asset.ts';
import { AssetList } from './list.ts';

/** How many pictures are asked for, one by one, at a time. */
const AT_ONCE = 24;

/** Pictures of which the ids are known, the newest first. Those that are gone are left out. */
export function listOf(ids: readonly string[]): AssetList {
  const ask = async (id: string) => {
    try {
      return [readAsset(await answered(api.GET('/assets/{id}', { params: { path: { id } } })))];
    } catch (error) {
      if (error instanceof Failure && [400, 403, 404].includes(error.status)) return [];
      throw error;
    }
  };
  const pages = async (page: number) => {
    const wanted = ids.slice((page - 1) * AT_ONCE, page * AT_ONCE);
    return { assets: (await Promise.all(wanted.map(ask))).flat(), hasNext: ids.length > page * AT_ONCE };
  };
  return new AssetList(pages, { isByDate: true });
}

/** What an operation answers as a whole, in an order of its own. */
export function listAnswered(ask: () => Promise<Schemas['AssetResponseDto'][]>): AssetList {
  return new AssetList(async () => ({ assets: (await ask()).map(readAsset), hasNext: false }), { isByDate: false });
}
