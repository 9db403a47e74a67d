// What stands at the end of the window, which nothing that is told may lie over.

/** Keeps so many pixels free above the window's end, or above the bar there, until the answer is called. */
export function keepFree(where: 'viewer' | 'page', height: number): () => void {
  const { style } = document.documentElement;
  const name = `--${where}-below`;
  style.setProperty(name, `${height}px`);
  return () => style.removeProperty(name);
}
