// What this server has beside the API that it describes.

import type { components, operations } from './schema.d.ts';

/** What is known of pictures, and words that stand anywhere in it. */
export type WordSearch = components['schemas']['MetadataSearchDto'] & { words?: string };

export interface OwnPaths {
  '/kallitype/search': {
    post: {
      requestBody: { content: { 'application/json': WordSearch } };
      responses: operations['searchAssets']['responses'];
    };
  };
}
