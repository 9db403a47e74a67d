// Calls every operation of the assets API with the client that OpenAPI Generator makes of its document.
//
// Arguments: the API's address, an API key, a session's token, and a folder with files.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { AssetsApi } from './generated/apis/AssetsApi';
import type { UploadAssetRequest } from './generated/apis/AssetsApi';
import { SharedLinksApi } from './generated/apis/SharedLinksApi';
import * as api from './generated/models/index';
import { Configuration, ResponseError } from './generated/runtime';

const CREATED = new Date('2024-05-06T07:08:09.123Z');
const MODIFIED = new Date('2024-05-06T05:08:09.123Z');

async function sha1(path: string): Promise<string> {
  return createHash('sha1').update(await readFile(path)).digest('hex');
}

async function file(path: string): Promise<File> {
  return new File([await readFile(path)], basename(path));
}

async function assertSame(blob: Blob, path: string): Promise<void> {
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), await readFile(path));
}

/** What is asked for; pictures are drawn after an upload. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ResponseError) || error.response.status !== 404) {
        throw error;
      }
    }
    await setTimeout(50);
  }
  return ask();
}

async function upload(assets: AssetsApi, path: string, more: Partial<UploadAssetRequest> = {}) {
  return assets.uploadAsset({
    assetData: await file(path),
    deviceAssetId: basename(path),
    deviceId: 'generated',
    fileCreatedAt: CREATED,
    fileModifiedAt: MODIFIED,
    metadata: [],
    ...more,
  });
}

async function walk(assets: AssetsApi, links: SharedLinksApi, stranger: AssetsApi, folder: string): Promise<void> {
  const [picture, other, film] = ['picture.jpg', 'other.jpg', 'film.mp4'].map((name) => join(folder, name)) as [string, string, string];
  const question = { assetBulkUploadCheckDto: { assets: [{ id: 'mine', checksum: await sha1(picture) }] } };
  assert.equal((await assets.checkBulkUpload(question)).results[0]?.action, 'accept');

  const made = await upload(assets, picture, {
    xImmichChecksum: await sha1(picture),
    sidecarData: await file(join(folder, 'picture.xmp')),
    isFavorite: true,
    visibility: api.AssetVisibility.Archive,
    filename: 'ünï.jpg',
  });
  assert.equal(made.status, api.AssetMediaStatus.Created);
  const id = made.id;
  assert.deepEqual(await upload(assets, picture), { id, status: api.AssetMediaStatus.Duplicate });
  assert.equal((await assets.checkBulkUpload(question)).results[0]?.assetId, id);

  const exist = { deviceAssetIds: ['picture.jpg', 'nothing'], deviceId: 'generated' };
  assert.deepEqual((await assets.checkExistingAssets({ checkExistingAssetsDto: exist })).existingIds, ['picture.jpg']);
  assert.deepEqual(await assets.getAllUserAssetsByDeviceId({ deviceId: 'generated' }), ['picture.jpg']);

  const asset = await assets.getAssetInfo({ id });
  assert.equal(asset.originalFileName, 'ünï.jpg');
  assert.equal(asset.isFavorite, true);
  assert.equal(asset.visibility, api.AssetVisibility.Archive);
  assert.deepEqual(asset.fileModifiedAt, MODIFIED);
  const archived = { isFavorite: true, visibility: api.AssetVisibility.Archive };
  assert.equal((await assets.getAssetStatistics(archived)).total, 1);

  const changes = { description: 'a picture', rating: 3, latitude: 50.5, longitude: 8 };
  const changed = await assets.updateAsset({ id, updateAssetDto: changes });
  assert.equal(changed.exifInfo?.description, 'a picture');
  assert.equal(changed.exifInfo?.rating, 3);
  const bulk = { ids: [id], isFavorite: false, visibility: api.AssetVisibility.Timeline };
  await assets.updateAssets({ assetBulkUpdateDto: bulk });
  assert.equal((await assets.getRandom({ count: 1 }))[0]?.id, id);
  assert.equal((await assets.getAssetInfo({ id })).isFavorite, false);

  const key = api.AssetMetadataKey.MobileApp;
  const value = { iCloudId: 'x' };
  await assets.updateAssetMetadata({ id, assetMetadataUpsertDto: { items: [{ key, value }] } });
  assert.deepEqual((await assets.getAssetMetadata({ id }))[0]?.value, value);
  assert.deepEqual((await assets.getAssetMetadataByKey({ id, key })).value, value);
  await assets.deleteAssetMetadata({ id, key });
  assert.deepEqual(await assets.getAssetMetadata({ id }), []);

  await assets.runAssetJobs({ assetJobsDto: { assetIds: [id], name: api.AssetJobName.RegenerateThumbnail } });
  await assertSame(await assets.downloadAsset({ id }), picture);
  for (const size of [undefined, api.AssetMediaSize.Thumbnail, api.AssetMediaSize.Preview]) {
    assert.ok((await eventually(() => assets.viewAsset({ id, size }))).size > 100);
  }
  const moving = (await upload(assets, film)).id;
  await assertSame(await eventually(() => assets.playAssetVideo({ id: moving })), film);

  const link = { type: api.SharedLinkType.Individual, assetIds: [id] };
  const shared = await links.createSharedLink({ sharedLinkCreateDto: link });
  await assertSame(await stranger.downloadAsset({ id, key: shared.key }), picture);

  const replaced = await assets.replaceAsset({
    id,
    assetData: await file(other),
    deviceAssetId: 'other.jpg',
    deviceId: 'generated',
    fileCreatedAt: CREATED,
    fileModifiedAt: MODIFIED,
  });
  assert.equal(replaced.status, api.AssetMediaStatus.Replaced);
  await assertSame(await assets.downloadAsset({ id }), other);

  await assets.deleteAssets({ assetBulkDeleteDto: { ids: [id, moving, replaced.id], force: true } });
  assert.equal((await assets.getAssetStatistics()).total, 0);
  await assert.rejects(assets.getAssetInfo({ id }), (error: ResponseError) => error.response.status === 400);
}

async function main([address, key, token, folder]: string[]): Promise<void> {
  const configuration = (credentials: object) => new Configuration({ basePath: address, ...credentials });
  const stranger = new AssetsApi(configuration({}));
  for (const credentials of [{ apiKey: key }, { accessToken: token }, { headers: { Cookie: `immich_access_token=${token}` } }]) {
    const known = configuration(credentials);
    await walk(new AssetsApi(known), new SharedLinksApi(known), stranger, folder as string);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
