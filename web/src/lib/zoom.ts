// How a picture lies on its stage: enlarged about a point, and never dragged out of sight. Plain arithmetic.

export interface Size {
  width: number;
  height: number;
}

export interface View {
  /** 1 shows the whole picture. */
  scale: number;
  /** What its middle is moved by, in pixels. */
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };

export const MAX_SCALE = 12;

/** The largest box with a ratio that a stage holds; no picture is shown larger than it is. */
export function fit(ratio: number, stage: Size): Size {
  const width = Math.min(stage.width, stage.height * ratio);
  return { width, height: width / ratio };
}

/** Enlarges about a point, which is given from the stage's middle. */
export function zoomAt(view: View, scale: number, point: { x: number; y: number }, box: Size, stage: Size): View {
  const wanted = Math.min(Math.max(scale, 1), MAX_SCALE);
  const grown = wanted / view.scale;
  return held({ scale: wanted, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown }, box, stage);
}

/** Moves, but no further than to the picture's edges. */
export function held(view: View, box: Size, stage: Size): View {
  const limit = (length: number, room: number) => Math.max(0, (length * view.scale - room) / 2);
  const within = (value: number, most: number) => Math.min(Math.max(value, -most), most);
  return { ...view, x: within(view.x, limit(box.width, stage.width)), y: within(view.y, limit(box.height, stage.height)) };
}
