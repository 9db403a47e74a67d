// Where someone looks who stands in the middle of a picture of everything around. All angles are radians.

export interface Sight {
  /** To the right of the picture's middle. */
  across: number;
  /** Above its horizon. */
  up: number;
  /** How much of the height is seen. */
  angle: number;
}

const DEGREE = Math.PI / 180;

/** No one looks further up than straight up. */
const STEEPEST = 90 * DEGREE;
const NARROWEST = 20 * DEGREE;
const WIDEST = 100 * DEGREE;

export const FORWARD: Sight = { across: 0, up: 0, angle: 75 * DEGREE };

const held = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** Looks further to the right, and further up. */
export function turned(sight: Sight, right: number, up: number): Sight {
  return { ...sight, across: (sight.across + right) % (2 * Math.PI), up: held(sight.up + up, -STEEPEST, STEEPEST) };
}

/** Sees everything larger by a factor. */
export function zoomed(sight: Sight, factor: number): Sight {
  return { ...sight, angle: held(sight.angle / factor, NARROWEST, WIDEST) };
}
