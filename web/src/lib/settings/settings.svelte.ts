// The settings of the server, with what was changed and is not saved yet.

import { answered, api } from '../api/client.ts';
import { type Path, type Value, type Values, isSame, valuesOf, withValues } from './document.ts';
import { type Limits, limits } from './limits.ts';
import { type Section, PATHS, sectionOf } from './table.ts';

const read = () => answered(api.GET('/system-config'));

export class Settings {
  readonly defaults: Values;
  readonly #fixed: Map<string, string>;
  readonly #limits: Limits;
  #saved = $state.raw() as Values;
  readonly #changes = $state<Partial<Values>>({});

  private constructor(saved: Values, defaults: Values, limits: Limits) {
    this.#saved = saved;
    this.defaults = defaults;
    this.#limits = limits;
    this.#fixed = new Map(limits.fixed.map(({ path, by }) => [path, by]));
  }

  static async load(): Promise<Settings> {
    const [now, defaults, known] = await Promise.all([read(), answered(api.GET('/system-config/defaults')), limits()]);
    return new Settings(valuesOf(now), valuesOf(defaults), known);
  }

  value(path: Path): Value {
    const changed = this.#changes[path];
    return changed === undefined ? this.#saved[path] : changed;
  }

  isDefault(path: Path): boolean {
    return isSame(tidied(this.value(path)), this.defaults[path]);
  }

  change(path: Path, value: Value) {
    if (isSame(value, this.#saved[path])) delete this.#changes[path];
    else this.#changes[path] = value;
  }

  discard(section: Section) {
    for (const path of this.unsaved(section)) delete this.#changes[path];
  }

  /** What was changed in a section, or anywhere, and is not saved. */
  unsaved(section?: Section): Path[] {
    return PATHS.filter((path) => this.#changes[path] !== undefined && (!section || sectionOf(path) === section));
  }

  /** What keeps a setting from being changed here, if anything does. */
  fixedBy(path: Path): string | null {
    return this.#fixed.get(path) ?? null;
  }

  /** Whether the server knows no other value than the default. */
  isOnlyDefault(path: Path): boolean {
    return this.#limits.onlyDefault.includes(path);
  }

  /** Whether a setting is only kept for other programs. */
  isWithoutEffect(path: Path): boolean {
    return this.#limits.withoutEffect.some((known) => path === known || path.startsWith(`${known}.`));
  }

  /** Saves what was changed in a section, beside whatever others have saved meanwhile. */
  async save(section: Section) {
    const changes = Object.fromEntries(this.unsaved(section).map((path) => [path, tidied(this.value(path))])) as Partial<Values>;
    const sent = $state.snapshot(this.#changes);
    this.#saved = valuesOf(await answered(api.PUT('/system-config', { body: withValues(await read(), changes) })));
    for (const path of Object.keys(changes) as Path[]) {
      if (isSame(this.#changes[path], sent[path])) delete this.#changes[path];
    }
  }
}

/** A value as it is sent: lists are written one entry a line, and lines may be empty. */
function tidied(value: Value): Value {
  return typeof value === 'object' && value !== null ? value.map((line) => line.trim()).filter(Boolean) : value;
}
