// Outlines on a flat map. Shapes that cross the line where the day changes go on beyond 180 degrees there, instead of back
// around the world; one that goes all around a pole goes over the pole, too.

type Position = number[];
type Line = Position[];

/** No flat map shows what is beyond. */
const EDGE = 89.9;

/** A line that goes on where its longitude would jump; and how far, in the end, it went around the world. */
function unrolled(line: Line): { line: Line; turn: number } {
  let turn = 0;
  let last = line[0]?.[0] ?? 0;
  const moved = line.map(([longitude = 0, latitude = 0]) => {
    if (longitude - last > 180) turn -= 360;
    else if (last - longitude > 180) turn += 360;
    last = longitude;
    return [longitude + turn, latitude];
  });
  return { line: moved, turn };
}

/** A ring, which ends where it begins. */
export function flatRing(ring: Line): Line {
  const { line, turn } = unrolled(ring);
  const [first, end] = [line[0], line.at(-1)];
  if (turn === 0 || !first || !end) return line;
  const pole = (first[1] ?? 0) < 0 ? -EDGE : EDGE;
  return [...line, [end[0] ?? 0, pole], [first[0] ?? 0, pole], first];
}

export function flatLine(line: Line): Line {
  return unrolled(line).line;
}
