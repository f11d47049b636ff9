/** What is typed into "find" is compared with the beginnings of these: lower case, without accents. */
export function searchWords(...texts: (string | undefined)[]): string[] {
  const words = texts.flatMap((text) => {
    const plain = foldCase(text ?? "").slice(0, MAX_TEXT);
    return [plain, ...plain.split(/[^\p{L}\p{N}]+/u)];
  });
  return [...new Set(words.filter((word) => word.length > 0))].slice(0, MAX_WORDS);
}

/** An index entry longer than this helps nobody find anybody. */
const MAX_TEXT = 120;
const MAX_WORDS = 40;

/** Lower case and without accents, as search compares. */
export function foldCase(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
