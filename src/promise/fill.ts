/** Puts the words in for `{name}`s of the text; others stay as they are. */
export function fill(text: string, words: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => words[name] ?? placeholder);
}
