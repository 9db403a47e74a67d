// What keys can be allowed, by what it is about.

import type { Permission } from './account.ts';

/** Every permission but the one to do everything. The compiler sees that none is missing. */
const KNOWN: Record<Exclude<Permission, 'all'>, true> = {
  'activity.create': true, 'activity.read': true, 'activity.update': true, 'activity.delete': true, 'activity.statistics': true,
  'apiKey.create': true, 'apiKey.read': true, 'apiKey.update': true, 'apiKey.delete': true,
  'asset.read': true, 'asset.update': true, 'asset.delete': true, 'asset.statistics': true, 'asset.share': true, 'asset.view': true, 'asset.download': true, 'asset.upload': true, 'asset.replace': true,
  'album.create': true, 'album.read': true, 'album.update': true, 'album.delete': true, 'album.statistics': true, 'album.share': true, 'album.download': true,
  'albumAsset.create': true, 'albumAsset.delete': true,
  'albumUser.create': true, 'albumUser.update': true, 'albumUser.delete': true,
  'auth.changePassword': true,
  'authDevice.delete': true,
  'archive.read': true,
  'duplicate.read': true, 'duplicate.delete': true,
  'face.create': true, 'face.read': true, 'face.update': true, 'face.delete': true,
  'job.create': true, 'job.read': true,
  'library.create': true, 'library.read': true, 'library.update': true, 'library.delete': true, 'library.statistics': true,
  'timeline.read': true, 'timeline.download': true,
  'memory.create': true, 'memory.read': true, 'memory.update': true, 'memory.delete': true, 'memory.statistics': true,
  'memoryAsset.create': true, 'memoryAsset.delete': true,
  'notification.create': true, 'notification.read': true, 'notification.update': true, 'notification.delete': true,
  'partner.create': true, 'partner.read': true, 'partner.update': true, 'partner.delete': true,
  'person.create': true, 'person.read': true, 'person.update': true, 'person.delete': true, 'person.statistics': true, 'person.merge': true, 'person.reassign': true,
  'pinCode.create': true, 'pinCode.update': true, 'pinCode.delete': true,
  'server.about': true, 'server.apkLinks': true, 'server.storage': true, 'server.statistics': true, 'server.versionCheck': true,
  'serverLicense.read': true, 'serverLicense.update': true, 'serverLicense.delete': true,
  'session.create': true, 'session.read': true, 'session.update': true, 'session.delete': true, 'session.lock': true,
  'sharedLink.create': true, 'sharedLink.read': true, 'sharedLink.update': true, 'sharedLink.delete': true,
  'stack.create': true, 'stack.read': true, 'stack.update': true, 'stack.delete': true,
  'sync.stream': true,
  'syncCheckpoint.read': true, 'syncCheckpoint.update': true, 'syncCheckpoint.delete': true,
  'systemConfig.read': true, 'systemConfig.update': true,
  'systemMetadata.read': true, 'systemMetadata.update': true,
  'tag.create': true, 'tag.read': true, 'tag.update': true, 'tag.delete': true, 'tag.asset': true,
  'user.read': true, 'user.update': true,
  'userLicense.create': true, 'userLicense.read': true, 'userLicense.update': true, 'userLicense.delete': true,
  'userOnboarding.read': true, 'userOnboarding.update': true, 'userOnboarding.delete': true,
  'userPreference.read': true, 'userPreference.update': true,
  'userProfileImage.create': true, 'userProfileImage.read': true, 'userProfileImage.update': true, 'userProfileImage.delete': true,
  'adminUser.create': true, 'adminUser.read': true, 'adminUser.update': true, 'adminUser.delete': true,
  'adminAuth.unlinkAll': true,
};

/** The permissions by the word before their dot. */
export const PERMISSIONS: ReadonlyMap<string, Permission[]> = Map.groupBy(
  Object.keys(KNOWN) as Permission[],
  (permission) => permission.split('.')[0]!,
);
