// Every setting of the server: where it stands on the page, and by what it is changed. A setting that is missing here, or
// in the words of any language, does not compile.

import type { Document, Path, ValueOf } from './document.ts';

/** What a number counts. */
export type Unit = 'pixels' | 'days' | 'gibibytes' | 'milliseconds' | 'jobs' | 'pictures' | 'copies' | 'threads';

interface Switch {
  kind: 'switch';
}

interface Amount {
  kind: 'number';
  min?: number;
  max?: number;
  /** Between two values; whole numbers unless it says otherwise. */
  step?: number;
  unit?: Unit;
  /** Whether there may be none. */
  isOptional?: boolean;
}

interface Words {
  kind: 'text' | 'secret' | 'long' | 'address' | 'time' | 'schedule' | 'storage-template';
}

interface Letter {
  kind: 'letter';
  letter: LetterName;
  /** What stands for something else in it. */
  variables: readonly string[];
}

interface Choice<V extends string = string> {
  kind: 'choice';
  /** Those that this server knows to do, in the order that they are offered in. */
  choices: readonly V[];
}

interface Choices<V extends string = string> {
  kind: 'choices';
  choices: readonly V[];
}

/** A list that is written one entry a line. */
interface Lines {
  kind: 'lines';
}

/** The letters whose words can be changed. */
export type LetterName = 'welcome' | 'album-invite' | 'album-update';

export type Field = Switch | Amount | Words | Letter | Choice | Choices | Lines;

/** By what a value can be changed: what it can be decides that. */
type FieldOf<V> = [V] extends [boolean]
  ? Switch
  : [V] extends [number | null]
    ? Amount
    : [V] extends [readonly (infer Item extends string)[]]
      ? string extends Item
        ? Lines
        : Choices<Item>
      : [V] extends [string]
        ? string extends V
          ? Words | Letter | Choice
          : Choice<V>
        : never;

/** The parts of the page, in their order. */
export const SECTIONS = ['server', 'accounts', 'provider', 'mail', 'pictures', 'videos', 'places', 'recognition', 'libraries', 'night', 'work', 'names'] as const;
export type Section = (typeof SECTIONS)[number];

/** In which part of the page each part of the document stands. */
const PLACES: Record<keyof Document, Section> = {
  backup: 'night',
  ffmpeg: 'videos',
  image: 'pictures',
  job: 'work',
  library: 'libraries',
  logging: 'server',
  machineLearning: 'recognition',
  map: 'places',
  metadata: 'places',
  newVersionCheck: 'server',
  nightlyTasks: 'night',
  notifications: 'mail',
  oauth: 'provider',
  passwordLogin: 'accounts',
  reverseGeocoding: 'places',
  server: 'server',
  storageTemplate: 'names',
  templates: 'mail',
  theme: 'server',
  trash: 'accounts',
  user: 'accounts',
};

const onOff: Switch = { kind: 'switch' };
const text: Words = { kind: 'text' };
const secret: Words = { kind: 'secret' };
const long: Words = { kind: 'long' };
const address: Words = { kind: 'address' };
const schedule: Words = { kind: 'schedule' };
const quality: Amount = { kind: 'number', min: 1, max: 100 };
const size: Amount = { kind: 'number', min: 16, max: 16_383, unit: 'pixels' };
const jobs: Amount = { kind: 'number', min: 1, max: 100, unit: 'jobs' };
const milliseconds: Amount = { kind: 'number', min: 0, max: 86_400_000, unit: 'milliseconds' };
const format: Choice<'jpeg' | 'webp'> = { kind: 'choice', choices: ['jpeg', 'webp'] };

export const FIELDS: { readonly [P in Path]: FieldOf<ValueOf<P>> } = {
  'server.externalDomain': address,
  'server.loginPageMessage': long,
  'server.publicUsers': onOff,
  'theme.customCss': long,
  'logging.enabled': onOff,
  'logging.level': { kind: 'choice', choices: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] },
  'newVersionCheck.enabled': onOff,

  'passwordLogin.enabled': onOff,
  'user.deleteDelay': { kind: 'number', min: 1, unit: 'days' },
  'trash.enabled': onOff,
  'trash.days': { kind: 'number', min: 0, unit: 'days' },

  'oauth.enabled': onOff,
  'oauth.issuerUrl': address,
  'oauth.clientId': text,
  'oauth.clientSecret': secret,
  'oauth.tokenEndpointAuthMethod': { kind: 'choice', choices: ['client_secret_post', 'client_secret_basic'] },
  'oauth.scope': text,
  'oauth.buttonText': text,
  'oauth.autoLaunch': onOff,
  'oauth.autoRegister': onOff,
  'oauth.defaultStorageQuota': { kind: 'number', min: 0, max: 1_048_576, unit: 'gibibytes', isOptional: true },
  'oauth.storageQuotaClaim': text,
  'oauth.storageLabelClaim': text,
  'oauth.roleClaim': text,
  'oauth.mobileOverrideEnabled': onOff,
  'oauth.mobileRedirectUri': address,
  'oauth.signingAlgorithm': text,
  'oauth.profileSigningAlgorithm': text,
  'oauth.timeout': { kind: 'number', min: 1, max: 3_600_000, unit: 'milliseconds' },

  'notifications.smtp.enabled': onOff,
  'notifications.smtp.transport.host': text,
  'notifications.smtp.transport.port': { kind: 'number', min: 0, max: 65_535 },
  'notifications.smtp.transport.username': text,
  'notifications.smtp.transport.password': secret,
  'notifications.smtp.transport.ignoreCert': onOff,
  'notifications.smtp.from': text,
  'notifications.smtp.replyTo': text,
  'templates.email.welcomeTemplate': { kind: 'letter', letter: 'welcome', variables: ['displayName', 'username', 'password', 'baseUrl'] },
  'templates.email.albumInviteTemplate': { kind: 'letter', letter: 'album-invite', variables: ['albumName', 'recipientName', 'senderName', 'albumId', 'baseUrl'] },
  'templates.email.albumUpdateTemplate': { kind: 'letter', letter: 'album-update', variables: ['albumName', 'recipientName', 'albumId', 'baseUrl'] },

  'image.thumbnail.format': format,
  'image.thumbnail.size': { ...size, max: 4096 },
  'image.thumbnail.quality': quality,
  'image.preview.format': format,
  'image.preview.size': size,
  'image.preview.quality': quality,
  'image.fullsize.enabled': onOff,
  'image.fullsize.format': format,
  'image.fullsize.quality': quality,
  'image.colorspace': { kind: 'choice', choices: ['srgb', 'p3'] },
  'image.extractEmbedded': onOff,

  'ffmpeg.transcode': { kind: 'choice', choices: ['disabled', 'required', 'optimal', 'all'] },
  'ffmpeg.targetVideoCodec': { kind: 'choice', choices: ['h264', 'hevc', 'vp9', 'av1'] },
  'ffmpeg.targetAudioCodec': { kind: 'choice', choices: ['aac', 'libopus', 'mp3', 'pcm_s16le'] },
  'ffmpeg.targetResolution': { kind: 'choice', choices: ['480', '720', '1080', '1440', '2160', 'original'] },
  'ffmpeg.crf': { kind: 'number', min: 0, max: 51 },
  'ffmpeg.preset': { kind: 'choice', choices: ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'] },
  'ffmpeg.threads': { kind: 'number', min: 0, unit: 'threads' },
  'ffmpeg.accel': { kind: 'choice', choices: ['disabled', 'vaapi', 'qsv', 'nvenc'] },
  'ffmpeg.preferredHwDevice': text,
  'ffmpeg.accelDecode': onOff,
  'ffmpeg.tonemap': { kind: 'choice', choices: ['hable', 'mobius', 'reinhard', 'disabled'] },
  'ffmpeg.acceptedVideoCodecs': { kind: 'choices', choices: ['h264', 'hevc', 'vp9', 'av1'] },
  'ffmpeg.acceptedAudioCodecs': { kind: 'choices', choices: ['aac', 'mp3', 'libopus', 'pcm_s16le'] },
  'ffmpeg.acceptedContainers': { kind: 'choices', choices: ['mp4', 'mov', 'ogg', 'webm'] },
  'ffmpeg.maxBitrate': text,
  'ffmpeg.twoPass': onOff,
  'ffmpeg.bframes': { kind: 'number', min: -1, max: 16 },
  'ffmpeg.refs': { kind: 'number', min: 0, max: 6 },
  'ffmpeg.gopSize': { kind: 'number', min: 0 },
  'ffmpeg.temporalAQ': onOff,
  'ffmpeg.cqMode': { kind: 'choice', choices: ['auto', 'cqp', 'icq'] },

  'reverseGeocoding.enabled': onOff,
  'metadata.faces.import': onOff,
  'map.enabled': onOff,
  'map.lightStyle': address,
  'map.darkStyle': address,

  'machineLearning.enabled': onOff,
  'machineLearning.urls': { kind: 'lines' },
  'machineLearning.availabilityChecks.enabled': onOff,
  'machineLearning.availabilityChecks.interval': milliseconds,
  'machineLearning.availabilityChecks.timeout': milliseconds,
  'machineLearning.clip.enabled': onOff,
  'machineLearning.clip.modelName': text,
  'machineLearning.duplicateDetection.enabled': onOff,
  'machineLearning.duplicateDetection.maxDistance': { kind: 'number', min: 0.001, max: 0.1, step: 0.001 },
  'machineLearning.facialRecognition.enabled': onOff,
  'machineLearning.facialRecognition.modelName': text,
  'machineLearning.facialRecognition.minScore': { kind: 'number', min: 0.1, max: 1, step: 0.05 },
  'machineLearning.facialRecognition.maxDistance': { kind: 'number', min: 0.1, max: 2, step: 0.05 },
  'machineLearning.facialRecognition.minFaces': { kind: 'number', min: 1, unit: 'pictures' },

  'library.scan.enabled': onOff,
  'library.scan.cronExpression': schedule,
  'library.watch.enabled': onOff,

  'nightlyTasks.startTime': { kind: 'time' },
  'nightlyTasks.missingThumbnails': onOff,
  'nightlyTasks.generateMemories': onOff,
  'nightlyTasks.clusterNewFaces': onOff,
  'nightlyTasks.databaseCleanup': onOff,
  'nightlyTasks.syncQuotaUsage': onOff,
  'backup.database.enabled': onOff,
  'backup.database.cronExpression': schedule,
  'backup.database.keepLastAmount': { kind: 'number', min: 1, unit: 'copies' },

  'job.thumbnailGeneration.concurrency': jobs,
  'job.metadataExtraction.concurrency': jobs,
  'job.videoConversion.concurrency': jobs,
  'job.smartSearch.concurrency': jobs,
  'job.faceDetection.concurrency': jobs,
  'job.library.concurrency': jobs,
  'job.sidecar.concurrency': jobs,
  'job.notifications.concurrency': jobs,
  'job.backgroundTask.concurrency': jobs,
  'job.search.concurrency': jobs,
  'job.migration.concurrency': jobs,

  'storageTemplate.enabled': onOff,
  'storageTemplate.template': { kind: 'storage-template' },
  'storageTemplate.hashVerificationEnabled': onOff,
};

/** Every path, in the order of the page. */
export const PATHS = Object.keys(FIELDS) as Path[];

/** Where a setting stands on the page. */
export function sectionOf(path: Path): Section {
  return PLACES[path.split('.')[0] as keyof Document];
}

/** What choices are called everywhere. Others have their names in each language. */
export const NAMES: Record<string, string> = {
  h264: 'H.264',
  hevc: 'HEVC (H.265)',
  vp9: 'VP9',
  av1: 'AV1',
  aac: 'AAC',
  mp3: 'MP3',
  libopus: 'Opus',
  pcm_s16le: 'PCM',
  mov: 'MOV',
  mp4: 'MP4',
  ogg: 'Ogg',
  webm: 'WebM',
  jpeg: 'JPEG',
  webp: 'WebP',
  srgb: 'sRGB',
  p3: 'Display P3',
  vaapi: 'VA-API',
  qsv: 'Quick Sync',
  nvenc: 'NVENC',
  cqp: 'CQP',
  icq: 'ICQ',
  hable: 'Hable',
  mobius: 'Mobius',
  reinhard: 'Reinhard',
  480: '480p',
  720: '720p',
  1080: '1080p',
  1440: '1440p',
  2160: '2160p (4K)',
};
