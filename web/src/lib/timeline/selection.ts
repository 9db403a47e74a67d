// Which pictures are selected. Every change makes a new set, so that whoever shows the old one sees that it changed.

export type Selected = ReadonlySet<string>;

export const NOTHING: Selected = new Set();

export function toggled(selected: Selected, id: string): Selected {
  return including(selected, [id], !selected.has(id));
}

/** The same with or without some. */
export function including(selected: Selected, ids: Iterable<string>, isSelected: boolean): Selected {
  const changed = new Set(selected);
  for (const id of ids) {
    if (isSelected) changed.add(id);
    else changed.delete(id);
  }
  return changed;
}

/** The indexes from one picture to another, both included, whichever comes first. */
export function between(one: number, other: number): [number, number] {
  return one <= other ? [one, other] : [other, one];
}
