// Where a map looks, and what is in sight then. Plain numbers, in degrees.

export interface Point {
  latitude: number;
  longitude: number;
}

export interface View extends Point {
  zoom: number;
}

export interface Bounds {
  south: number;
  north: number;
  /** The edges of the window, which may be beyond 180 degrees. */
  west: number;
  east: number;
}

/** `latitude,longitude,zoom`, as it stands in an address. */
export function readView(text: string | null): View | null {
  const parts = (text ?? '').split(',');
  const [latitude = NaN, longitude = NaN, zoom = NaN] = parts.map((part) => (part.trim() ? Number(part) : NaN));
  const isView = parts.length === 3 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 22;
  return isView ? { latitude, longitude, zoom } : null;
}

export function writeView({ latitude, longitude, zoom }: View): string {
  return [latitude.toFixed(4), wrapped(longitude).toFixed(4), zoom.toFixed(1)].join(',');
}

/** A longitude between -180 and 180, however often the map was turned around. */
export function wrapped(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

export function isIn({ south, north, west, east }: Bounds, latitude: number, longitude: number): boolean {
  if (latitude < south || latitude > north) return false;
  if (east - west >= 360) return true;
  const fromWest = (((longitude - west) % 360) + 360) % 360;
  return fromWest <= east - west;
}

/** The smallest window with all of some points, unless that is beyond 180 degrees. */
export function around(points: readonly { lat: number; lon: number }[]): Bounds | null {
  if (points.length === 0) return null;
  const bounds = { south: 90, north: -90, west: 180, east: -180 };
  for (const { lat, lon } of points) {
    bounds.south = Math.min(bounds.south, lat);
    bounds.north = Math.max(bounds.north, lat);
    bounds.west = Math.min(bounds.west, lon);
    bounds.east = Math.max(bounds.east, lon);
  }
  return bounds;
}
