import type { LetterName, Section, Unit } from '../../settings/table.ts';
import type { RuleWords } from '../../settings/problems.ts';
import { pluralIn } from '../plural.ts';
import { settings } from './settings.en.ts';

const plural = pluralIn('en');

const rules: RuleWords = {
  tooSmall: (least: string) => `At least ${least}`,
  tooLarge: (most: string) => `At most ${most}`,
  tooLong: (most: string) => `At most ${most} characters`,
  fixedBy: (by: string) => `Fixed by ${by}`,
  required: 'This has to be filled in',
  noNumber: 'This has to be a number',
  noAddress: 'This has to be an address that begins with https:// or http://',
  noMailAddress: 'This has to be an e-mail address',
  noSchedule: 'This is not understood. Five parts are needed, such as 0 0 * * *',
  noTime: 'This has to be a time of day, such as 03:30',
};

const sections: Record<Section, readonly [name: string, about: string]> = {
  server: ['Server', 'Its address, what it says of itself, its log'],
  accounts: ['Accounts and trash', 'Passwords, and what can be restored for how long'],
  provider: ['Sign in elsewhere', 'OpenID Connect'],
  mail: ['Mail', 'By which server it is sent, and in which words'],
  pictures: ['Pictures', 'What is made of photos'],
  videos: ['Videos', 'What is made of videos'],
  places: ['Places, faces in files, map', 'What is known of photos without asking anyone'],
  recognition: ['Recognition', 'What photos show, and who is on them'],
  libraries: ['Libraries', 'When external folders are looked through'],
  night: ['At night', 'What comes round once a day'],
  work: ['How much at once', 'Of each kind of work, in each process of the server'],
  names: ['Names of files', 'What other programs know of patterns'],
};

const letters: Record<LetterName, string> = {
  welcome: 'Letter to new accounts',
  'album-invite': 'Letter about a shared album',
  'album-update': 'Letter about new photos in an album',
};

const units: Record<Unit, string> = {
  pixels: 'pixels',
  days: 'days',
  gibibytes: 'GiB',
  milliseconds: 'milliseconds',
  jobs: 'at once',
  pictures: 'pictures',
  copies: 'copies',
  threads: 'threads',
};

/** Choices that are not called the same everywhere. */
const choices = {
  all: 'All',
  auto: 'Automatic',
  debug: 'Details, for finding a fault',
  disabled: 'None',
  error: 'Failures',
  fatal: 'Only what ends the server',
  fast: 'Fast',
  faster: 'Faster',
  log: 'Information',
  medium: 'Medium',
  optimal: 'Those that browsers cannot play, and those larger than the resolution',
  original: 'As it is',
  required: 'Those that browsers cannot play',
  slow: 'Slow',
  slower: 'Slower',
  superfast: 'Almost fastest',
  ultrafast: 'Fastest',
  verbose: 'Everything',
  veryfast: 'Very fast',
  veryslow: 'Very slow',
  warn: 'Warnings',
  client_secret_basic: 'In the header (client_secret_basic)',
  client_secret_post: 'In the request (client_secret_post)',
};

export const messages = {
  parts: 'Parts of the administration',
  overview: 'Overview',
  settings: 'Settings',
  libraries: 'Libraries',
  integrity: 'Integrity',
  logs: 'Log',
  charts: 'Statistics',

  // Settings
  words: settings,
  rules,
  sections,
  letters,
  units,
  choices,
  findSetting: 'Find a setting',
  noSetting: 'No setting matches these words.',
  foundSettings: (count: number) => plural(count, { one: '# setting found', other: '# settings found' }),
  unsavedIn: (count: number) => plural(count, { one: '# change not saved', other: '# changes not saved' }),
  changedIn: (count: number) => plural(count, { one: '# changed', other: '# changed' }),
  saveSection: (section: string) => `Save “${section}”`,
  discard: 'Discard the changes',
  sectionSaved: (section: string) => `“${section}” is saved`,
  backToDefault: 'Back to default',
  backToDefaultOf: (name: string) => `Back to default: ${name}`,
  changedFrom: (standard: string) => `Changed. Default: ${standard}`,
  fixedBy: (by: string) => `Fixed by ${by}. Change it there, and start the server again.`,
  onlyDefault: 'This server knows no other value.',
  withoutEffect: 'Has no effect here. It is kept for other programs.',
  on: 'on',
  off: 'off',
  empty: 'empty',
  notAllSaved: 'Nothing is saved yet: some settings cannot be as they are.',
  oneALine: 'One a line',
  tryMail: 'Send me a test mail',
  tryMailHint: 'With what is entered here, saved or not.',
  mailTried: (address: string) => `A mail is on its way to ${address}`,
  showLetter: 'Show the letter',
  letterHint: 'Without its colours, about something made up.',
  variables: 'These stand for something:',
  presets: 'Begin with a pattern',
  choosePreset: 'Choose…',
  examplePath: 'For example',
  unknownPart: (part: string) => `This is not understood: ${part}`,
  patternParts: 'Parts of a pattern',
  patternDate: 'Year, month, day, week, hour, minute and second, as the picture was taken:',
  patternOther: 'Others:',

  // Libraries
  externalLibraries: 'External libraries',
  librariesLead: 'Folders beside the server’s own that it shows in someone’s timeline. Their files are only read: nothing in them is changed, moved or deleted.',
  noLibraries: 'There are none yet. Make one for a folder with photos that the server can read.',
  makeLibrary: 'Make a library',
  changeLibrary: 'Change the library',
  deleteLibrary: 'Remove the library',
  deleteLibraryNamed: (name: string) => `Remove the library “${name}”?`,
  deleteLibrarySure: (count: number) =>
    plural(count, {
      one: 'Its # photo or video leaves the timeline and all albums, with what was written about it here. The file stays where it is.',
      other: 'Its # photos and videos leave the timeline and all albums, with what was written about them here. The files stay where they are.',
    }),
  libraryMade: 'The library is made, and is looked through now',
  libraryChanged: 'The library is changed, and is looked through now',
  libraryDeleted: 'The library is removed',
  scan: 'Scan',
  scanAll: 'Scan all',
  scanBegun: 'The scan has begun',
  scanning: 'Libraries are looked through right now.',
  scannedOn: (moment: string) => `scanned on ${moment}`,
  neverScanned: 'never scanned',
  ownedBy: (name: string) => `of ${name}`,
  noFolders: 'No folders yet',
  ownerHint: 'In whose timeline the photos appear. It cannot be changed later.',
  importPaths: 'Folders',
  importPathsHint: 'One a line, from the root on, as the server sees them. In a container, they have to be mounted into it.',
  checkPaths: 'Check the folders',
  pathIsGood: 'can be read',
  paths: {
    notAbsolute: (otherwise: string) => `has to begin at the root, such as ${otherwise}`,
    isOwn: 'is in the server’s own folder, which it looks after already',
    isMissing: 'is not there. Is the disk mounted, also into the container?',
    isNoFolder: 'is no folder',
    isUnreadable: 'may not be read by the server’s account',
  },
  exclusions: 'What is passed by',
  exclusionsHint: 'Patterns of paths, one a line: * stands for a part of a name, ** for any folders, as in **/Raw/**.',
};

export type AdministrationMessages = typeof messages;
