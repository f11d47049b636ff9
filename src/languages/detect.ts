import { francAll } from "franc-min";
import { data } from "franc-min/data.js";
import { expressions } from "franc-min/expressions.js";
import stopword from "stopword";

/** Telling languages apart takes no more, whatever a customer pastes. */
const LONGEST_SAMPLE = 2_000;
/** So many more everyday words of one language than of any other leave no doubt. */
const CLEAR_LEAD = 2;
/** Without everyday words, letters alone decide only on some text, and only when no other language comes near. */
const FEWEST_LETTERS = 12;
const CLEAR_GAP = 0.5;

const everydayWords = wordLists();
const trigramCodes = [...Object.values(data).flatMap(Object.keys), ...Object.keys(expressions)].map((code) => ({
  code,
  base: base(code),
}));

/**
 * The offered language that the text is written in, or undefined when that is not clear. Everyday words tell short texts
 * apart, which trigrams alone get wrong.
 */
export function detectLanguage(text: string, offered: readonly string[]): string | undefined {
  const sample = text.slice(0, LONGEST_SAMPLE).replace(/\S+[@/.]\S+/g, " ");
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  const [first, second] = offered.map((language) => count(words, language)).sort((a, b) => b.count - a.count);
  const lead = (first?.count ?? 0) - (second?.count ?? 0);
  if (lead >= CLEAR_LEAD) return first?.language;

  const trigrams = byTrigrams(sample, offered);
  if (lead > 0) return (trigrams.language ?? first?.language) === first?.language ? first?.language : undefined;
  const letters = words.join("").length;
  return letters >= FEWEST_LETTERS && trigrams.gap >= CLEAR_GAP ? trigrams.language : undefined;
}

/** `fr` of `fr-BE` and of `fra`. */
export function base(language: string): string {
  try {
    return new Intl.Locale(language).language;
  } catch {
    return language;
  }
}

function count(words: string[], language: string): { language: string; count: number } {
  const list = everydayWords.get(base(language));
  return { language, count: words.filter((word) => list?.has(word)).length };
}

function byTrigrams(text: string, offered: readonly string[]): { language: string | undefined; gap: number } {
  const byBase = new Map(offered.map((language) => [base(language), language]));
  const known = trigramCodes.filter((language) => byBase.has(language.base));
  const [first, second] = known.length > 0 ? francAll(text, { only: known.map(({ code }) => code) }) : [];
  const language = first && byBase.get(base(first[0]));
  return { language, gap: (first?.[1] ?? 0) - (second?.[1] ?? 0) };
}

function wordLists(): Map<string, Set<string>> {
  const lists = Object.entries(stopword).filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
  return new Map(lists.map(([code, words]) => [base(code), new Set(words.flatMap((word) => word.split(/['’]/)))]));
}
