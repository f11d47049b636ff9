/** Up to the first space or quote; a bracket or stop after an address is the sentence's own. */
const ADDRESS = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,:;!?)\]}]/gi;

/** A part of a text; with `href`, a web address. */
export interface Piece {
  text: string;
  href?: string;
}

/** A text in pieces, web addresses apart: for links that are made as elements, never from markup. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (!URL.canParse(match[0])) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: match[0], href: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}
