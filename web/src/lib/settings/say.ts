// How settings are said in words.

import { formatNumber } from '../format.ts';
import { a } from '../messages/administration/index.ts';
import type { Path, Value } from './document.ts';
import { type Field, FIELDS, NAMES, PATHS, sectionOf } from './table.ts';
import { fold } from '../fold.ts';

export function nameOfChoice(choice: string): string {
  return (a.choices as Record<string, string>)[choice] ?? NAMES[choice] ?? choice;
}

/** A value as a reader would write it. */
export function say(path: Path, value: Value): string {
  const field: Field = FIELDS[path];
  if (typeof value === 'boolean') return value ? a.on : a.off;
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return a.empty;
  if (typeof value === 'number') return `${formatNumber(value, 3)}${field.kind === 'number' && field.unit ? ` ${a.units[field.unit]}` : ''}`;
  if (typeof value === 'string') return field.kind === 'choice' ? nameOfChoice(value) : value;
  return value.map(nameOfChoice).join(', ');
}

/** The settings that have all of some words in what they are called, do, or are known by elsewhere. */
export function matching(search: string): Path[] {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return PATHS.filter((path) => {
    const said = fold([...a.words[path], ...a.sections[sectionOf(path)], path].join(' '));
    return words.every((word) => said.includes(word));
  });
}
