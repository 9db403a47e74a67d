// A letter's page as pieces of text in plain elements. What a letter brings otherwise, such as addresses, scripts and
// styles, is left out: this is shown among the app's own.

import { inertPage } from '../trusted.ts';

const ELEMENTS = ['p', 'b', 'strong', 'i', 'em', 'u', 'h1', 'h2', 'h3', 'ul', 'ol', 'li', 'code', 'blockquote', 'table', 'tbody', 'tr', 'th', 'td'] as const;

export type Piece = string | { element: (typeof ELEMENTS)[number] | null; pieces: Piece[] };

export function piecesOf(html: string): Piece[] {
  // Nothing but the names of elements is used, and a page that may have no styles and handlers complains of each.
  const plain = html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/<(\/?[a-z][a-z0-9]*)(?:"[^"]*"|'[^']*'|[^'">])*>/gi, '<$1>');
  return pieces(inertPage(plain).body);
}

function pieces(node: Node): Piece[] {
  return [...node.childNodes].flatMap((child): Piece[] => {
    if (child.nodeType === Node.TEXT_NODE) return child.textContent ? [child.textContent] : [];
    const name = child.nodeName.toLowerCase();
    if (name === 'br') return ['\n'];
    if (name === 'script' || child.nodeType !== Node.ELEMENT_NODE) return [];
    const element = ELEMENTS.find((known) => known === name) ?? null;
    return [{ element, pieces: pieces(child) }];
  });
}
