// Which page is open. Addresses have no fragments; what is behind `?` is a page's own affair.

/** Where the grid's pages are, each of which opens a picture under `/ID`. */
export type GridPage = 'photos' | 'favorites' | 'archive' | 'trash';

/** Pages that show what is behind the `?` of their address, each with pictures under `/ID`. */
export type AskedPage = 'search' | 'map' | 'folders' | 'large' | 'recent';

/** What there is to administer, as it stands in addresses; the first has none of its own. */
export const ADMINISTRATION_PARTS = ['overview', 'settings', 'libraries', 'integrity', 'logs', 'statistics'] as const;
export type AdministrationPart = (typeof ADMINISTRATION_PARTS)[number];

export type Route =
  | { page: GridPage; asset: string | null }
  | { page: AskedPage; asset: string | null }
  | { page: 'album'; album: string; asset: string | null }
  | { page: 'tag'; tag: string; asset: string | null }
  | { page: 'person'; person: string; asset: string | null }
  | { page: 'memory'; memory: string; asset: string | null }
  | { page: 'partner'; partner: string; asset: string | null }
  | { page: 'locked'; asset: string | null }
  /** What a visitor is shown by a link, which is named by its key or by a name of its own. */
  | { page: 'link'; by: 'key' | 'slug'; name: string; asset: string | null }
  | { page: 'sharing' }
  | { page: 'administration'; part: AdministrationPart }
  | { page: 'explore' | 'people' | 'memories' | 'duplicates' | 'places' | 'tags' | 'albums' | 'sign-in' | 'change-password' | 'welcome' | 'settings' | 'nowhere' };

const GRIDS: readonly string[] = ['photos', 'favorites', 'archive', 'trash', 'search', 'map', 'folders', 'large', 'recent'] satisfies (GridPage | AskedPage)[];

export function parse(path: string): Route {
  const [first = '', second = null, third = null, ...more] = path.split('/').filter(Boolean).map(decoded);
  if ((first === 'share' || first === 's') && second) return parseLink(first === 's' ? 'slug' : 'key', second, [third, ...more]);
  if (more.length > 0) return { page: 'nowhere' };
  if (first === 'albums' && second) return { page: 'album', album: second, asset: third };
  if (first === 'tags' && second) return { page: 'tag', tag: second, asset: third };
  if (first === 'people' && second) return { page: 'person', person: second, asset: third };
  if (first === 'memories' && second) return { page: 'memory', memory: second, asset: third };
  if (first === 'partners' && second) return { page: 'partner', partner: second, asset: third };
  if (third) return { page: 'nowhere' };
  if (!first) return { page: 'photos', asset: null };
  if (GRIDS.includes(first)) return { page: first as GridPage, asset: second };
  if (first === 'administration') return parseAdministration(second);
  if (first === 'locked') return { page: 'locked', asset: second };
  switch (`${first}/${second ?? ''}`) {
    case 'albums/':
    case 'explore/':
    case 'people/':
    case 'memories/':
    case 'duplicates/':
    case 'places/':
    case 'tags/':
    case 'welcome/':
    case 'settings/':
    case 'sharing/':
      return { page: first as 'albums' };
    case 'auth/login':
      return { page: 'sign-in' };
    case 'auth/change-password':
      return { page: 'change-password' };
    default:
      return { page: 'nowhere' };
  }
}

function parseAdministration(name: string | null): Route {
  const [overview, ...named] = ADMINISTRATION_PARTS;
  const part = name === null ? overview : named.find((known) => known === name);
  return part ? { page: 'administration', part } : { page: 'nowhere' };
}

function parseLink(by: 'key' | 'slug', name: string, [photos = null, asset = null, ...more]: (string | null)[]): Route {
  const isPicture = photos === 'photos' && asset !== null && more.length === 0;
  return photos === null || isPicture ? { page: 'link', by, name, asset } : { page: 'nowhere' };
}

/** A part of an address, as it was meant; one that means nothing stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

let path = $state(location.pathname);
let search = $state(location.search);
const parsed = $derived(parse(path));

export function route(): Route {
  return parsed;
}

/** What is behind the `?` of the page that is open, but for what was only noted there. */
export function asked(): URLSearchParams {
  return new URLSearchParams(search);
}

function look() {
  path = location.pathname;
  search = location.search;
}

/** Opens a page; with `replace`, going back passes it over. */
export function open(address: string, { replace = false } = {}) {
  if (replace) history.replaceState(history.state, '', address);
  else history.pushState({ opened: true }, '', address);
  look();
}

/** Goes back to where this page was opened from, or to `otherwise` when it was opened by its address. */
export function close(otherwise: string) {
  if ((history.state as { opened?: boolean } | null)?.opened) history.back();
  else open(otherwise, { replace: true });
}

/** Puts something behind the `?` without opening anything. */
export function note(name: string, value: string | null) {
  const url = new URL(location.href);
  if (url.searchParams.get(name) === value) return;
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState(history.state, '', url);
}

export function noted(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

addEventListener('popstate', look);

// Links are links, so that they can be opened elsewhere and copied; a plain click opens them here.
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || link.pathname.startsWith('/api')) return;
  event.preventDefault();
  open(link.pathname + link.search);
});
