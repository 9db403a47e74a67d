// How the path of a file is made of a pattern, shown with a file that is made up.

const EXAMPLE = new Date(Date.UTC(2024, 1, 3, 16, 5, 6, 78));

const two = (number: number) => String(number).padStart(2, '0');

/** The week of the year, as ISO 8601 counts them: the first is the one with the first Thursday. */
function week(date: Date): number {
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - first) / 86_400_000 + 1) / 7);
}

function ofDate(date: Date): Record<string, string> {
  const month = (style: 'short' | 'long') => new Intl.DateTimeFormat('en', { month: style, timeZone: 'UTC' }).format(date);
  const hour = date.getUTCHours();
  const half = hour % 12 || 12;
  return {
    y: String(date.getUTCFullYear()),
    yy: two(date.getUTCFullYear() % 100),
    M: String(date.getUTCMonth() + 1),
    MM: two(date.getUTCMonth() + 1),
    MMM: month('short'),
    MMMM: month('long'),
    d: String(date.getUTCDate()),
    dd: two(date.getUTCDate()),
    W: String(week(date)),
    WW: two(week(date)),
    h: String(half),
    hh: two(half),
    H: String(hour),
    HH: two(hour),
    m: String(date.getUTCMinutes()),
    mm: two(date.getUTCMinutes()),
    s: String(date.getUTCSeconds()),
    ss: two(date.getUTCSeconds()),
    SSS: String(date.getUTCMilliseconds()).padStart(3, '0'),
  };
}

/** What the parts of a pattern stand for. */
const VALUES: Record<string, string> = {
  ...ofDate(EXAMPLE),
  ...Object.fromEntries(['album-startDate', 'album-endDate'].flatMap((name) => Object.entries(ofDate(EXAMPLE)).map(([part, value]) => [`${name}-${part}`, value]))),
  filename: 'IMG_1234',
  ext: 'jpg',
  filetype: 'IMG',
  filetypefull: 'IMAGE',
  assetId: 'a3f1c9de-0000-4000-8000-000000000001',
  assetIdShort: '000000000001',
  album: 'Holiday',
  make: 'Brownie',
  model: 'No. 2',
  lensModel: 'Meniscus',
};

/** The path of the example, or the first part of the pattern that is not understood. */
export function pathOf(pattern: string): { path: string } | { unknown: string } {
  // An example that is in an album: the other way is never taken.
  const branches = /\{\{#if ([\w-]+)\}\}((?:(?!\{\{#if).)*?)(?:\{\{else\}\}((?:(?!\{\{#if).)*?))?\{\{\/if\}\}/s;
  let rest = pattern;
  for (let found = branches.exec(rest); found; found = branches.exec(rest)) {
    const [whole, name = '', then = '', otherwise = ''] = found;
    rest = rest.replace(whole, () => (VALUES[name] ? then : otherwise));
  }
  const unknown = [...rest.matchAll(/\{\{\{?([^{}]*)\}\}\}?/g)].find(([, name = '']) => !(name.trim() in VALUES));
  if (unknown) return { unknown: unknown[0] };
  const path = rest.replace(/\{\{\{?([^{}]*)\}\}\}?/g, (_, name: string) => VALUES[name.trim()] ?? '');
  return /[{}]/.test(path) ? { unknown: path } : { path: `${path}.${VALUES['ext']}` };
}
