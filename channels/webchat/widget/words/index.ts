import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { nl } from "./nl.ts";
import { sw } from "./sw.ts";

export type Words = typeof en;
/** Says something in the language, with its `{holes}` filled. */
export type Say = (key: keyof Words, holes?: Record<string, string | number>) => string;

const catalogue: Record<string, Partial<Words>> = { en, fr, nl, sw };

/** The words of a language; what it lacks is said in English. */
export function words(language: string): Say {
  const own = catalogue[base(language)] ?? {};
  return (key, holes = {}) =>
    (own[key] ?? en[key]).replace(/\{(\w+)\}/g, (hole, name: string) => String(holes[name] ?? hole));
}

/** The first of these that is a language at all: also one without words of its own is told to the gateway. */
export function chooseLanguage(wishes: (string | undefined)[]): string {
  return wishes.find((wish) => wish && isLanguage(wish)) ?? "en";
}

/** A language's own name for itself, such as "français". */
export function languageName(language: string): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

/** The language that the widget itself is shown in. */
export function shownLanguage(language: string): string {
  return base(language) in catalogue ? base(language) : "en";
}

const base = (language: string) => language.split("-")[0]?.toLowerCase() ?? "en";

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
