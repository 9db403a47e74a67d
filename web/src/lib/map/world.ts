// A map of the world that asks no one: the outlines of Natural Earth come with the app. Loaded when a map is opened.

import 'maplibre-gl/dist/maplibre-gl.css';
import { Map, NavigationControl, ScaleControl, setWorkerUrl, type StyleSpecification } from 'maplibre-gl';
import workerAddress from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import outlines from 'world-atlas/countries-50m.json?url';
import { m } from '../messages/index.svelte.ts';
import { ownScript } from '../trusted.ts';
import { chosenTheme } from '../theme.ts';
import { flatLine, flatRing } from './seam.ts';
import type { View } from './view.ts';

const COLOURS = {
  light: { land: '#f4f0e9', border: '#b9b0a3' },
  dark: { land: '#2b2825', border: '#58524a' },
};

const isDark = matchMedia('(prefers-color-scheme: dark)');

function colours() {
  const theme = chosenTheme();
  return COLOURS[theme === 'dark' || (theme === 'system' && isDark.matches) ? 'dark' : 'light'];
}

/**
 * The library looks at the address as if it were a text, which an address that browsers trust is not. It is given what it
 * looks for.
 */
function workerUrl(): string {
  const trusted = ownScript(workerAddress);
  if (typeof trusted === 'string') return trusted;
  const text = String(trusted);
  return Object.assign(trusted, { endsWith: text.endsWith.bind(text), split: text.split.bind(text) });
}

let world: Promise<StyleSpecification> | undefined;

async function readWorld(): Promise<StyleSpecification> {
  const answer = await fetch(outlines);
  const topology = (await answer.json()) as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const { countries, land } = topology.objects;
  const { land: fill, border } = colours();
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: landOf(topology, land) },
      borders: { type: 'geojson', data: bordersOf(topology, countries) },
    },
    // The sea is what is behind the map.
    layers: [
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': fill } },
      { id: 'coast', type: 'line', source: 'land', paint: { 'line-color': border, 'line-width': 0.75 } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': border, 'line-width': 0.75, 'line-dasharray': [3, 2] } },
    ],
  };
}

function landOf(topology: Topology, land: GeometryCollection): GeoJSON.MultiPolygon {
  const polygons = feature(topology, land).features.flatMap(({ geometry }) => {
    if (geometry.type === 'MultiPolygon') return geometry.coordinates;
    return geometry.type === 'Polygon' ? [geometry.coordinates] : [];
  });
  return { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map(flatRing)) };
}

function bordersOf(topology: Topology, countries: GeometryCollection): GeoJSON.MultiLineString {
  const lines = mesh(topology, countries, (one, other) => one !== other).coordinates;
  return { type: 'MultiLineString', coordinates: lines.map(flatLine) };
}

/** Draws the world into an element. Throws when the browser cannot draw maps, or the outlines do not come. */
export async function drawWorld(container: HTMLElement, view: View): Promise<Map> {
  setWorkerUrl(workerUrl());
  world ??= readWorld();
  const style = await world.catch((error: unknown) => {
    world = undefined;
    throw error;
  });
  const map = new Map({
    container,
    style,
    center: [view.longitude, view.latitude],
    zoom: view.zoom,
    minZoom: 0.5,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: { 'Map.Title': m.map, 'NavigationControl.ZoomIn': m.zoomIn, 'NavigationControl.ZoomOut': m.zoomOut },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl(), 'bottom-left');
  const paint = () => {
    const { land, border } = colours();
    map.setPaintProperty('land', 'fill-color', land);
    for (const line of ['coast', 'borders']) map.setPaintProperty(line, 'line-color', border);
  };
  map.once('load', paint);
  isDark.addEventListener('change', paint);
  map.on('remove', () => isDark.removeEventListener('change', paint));
  return map;
}
