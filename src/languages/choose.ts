import { base, detectLanguage } from "./detect.ts";

export interface LanguageChoice {
  language: string;
  how: "set" | "detected" | "fallback";
}

/** The offered language to speak to a customer: what they or their browser set, else what they write in, else the fallback. */
export function chooseLanguage(given: {
  set?: string | undefined;
  text: string;
  offered: readonly string[];
  fallback: string;
}): LanguageChoice {
  const set = given.set === undefined ? undefined : negotiate(given.set, given.offered);
  if (set !== undefined) return { language: set, how: "set" };
  const detected = detectLanguage(given.text, given.offered);
  if (detected !== undefined) return { language: detected, how: "detected" };
  return { language: given.fallback, how: "fallback" };
}

/** The offered language nearest to a BCP 47 tag: itself, else a shorter form of it, else a relative of the same base. */
function negotiate(tag: string, offered: readonly string[]): string | undefined {
  const parts = tag.trim().toLowerCase().split(/[-_]/);
  for (let length = parts.length; length > 0; length--) {
    const shorter = parts.slice(0, length).join("-");
    const match = offered.find((language) => language.toLowerCase() === shorter);
    if (match !== undefined) return match;
  }
  return offered.find((language) => base(language) === base(parts[0] ?? ""));
}
