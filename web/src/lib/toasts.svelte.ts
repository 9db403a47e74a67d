// Short words about what was just done, with a way back for ten seconds.

/** How long something can be undone, in milliseconds; and how much longer while someone is at it. */
export const UNDO_MILLISECONDS = 10_000;
const LONGER = 2000;

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
  undo: (() => void) | null;
}

let last = 0;
let shown = $state.raw<Toast[]>([]);

export function toasts(): Toast[] {
  return shown;
}

export function dismiss(id: number) {
  shown = shown.filter((toast) => toast.id !== id);
}

/** Says what was done; answers what takes the words away. */
export function tell(text: string, { undo = null as (() => void) | null, isError = false } = {}): () => void {
  const id = ++last;
  const remove = () => dismiss(id);
  const undoOnce = undo && (() => { remove(); undo(); });
  // More than three at once are not read.
  shown = [...shown, { id, text, isError, undo: undoOnce }].slice(-3);
  const end = () => {
    if (document.querySelector('.toast:is(:hover, :focus-within)')) setTimeout(end, LONGER);
    else remove();
  };
  setTimeout(end, UNDO_MILLISECONDS);
  return remove;
}
