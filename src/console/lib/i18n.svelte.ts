import { adminEn } from "../messages/admin.en.ts";
import { adminFr } from "../messages/admin.fr.ts";
import { adminNl } from "../messages/admin.nl.ts";
import { en } from "../messages/en.ts";
import { errorsEn } from "../messages/errors.en.ts";
import { errorsFr } from "../messages/errors.fr.ts";
import { errorsNl } from "../messages/errors.nl.ts";
import { fr } from "../messages/fr.ts";
import { historyEn } from "../messages/history.en.ts";
import { historyFr } from "../messages/history.fr.ts";
import { historyNl } from "../messages/history.nl.ts";
import { nl } from "../messages/nl.ts";
import { preference } from "./storage.ts";

/** The languages of the console, each by its own name. */
export const LANGUAGES = { en: "English", fr: "Français", nl: "Nederlands" } as const;
export type Language = keyof typeof LANGUAGES;

const english = { ...en, ...adminEn, ...errorsEn, ...historyEn };
/** What can be said: a wrong key does not compile. */
export type MessageKey = keyof typeof english;
type Entry = string | { one: string; other: string };

const CATALOGUE: Record<Language, Record<MessageKey, Entry>> = {
  en: english,
  fr: { ...fr, ...adminFr, ...errorsFr, ...historyFr },
  nl: { ...nl, ...adminNl, ...errorsNl, ...historyNl },
};

const stored = preference("language");
const initial = known(stored.read()) ?? browserLanguage();
let current = $state<Language>(initial);
document.documentElement.lang = initial;

/** The language that everything is written in; setting it redraws all. */
export const language = {
  get current(): Language {
    return current;
  },
  set current(chosen: Language) {
    current = chosen;
    stored.write(chosen);
    document.documentElement.lang = chosen;
  },
};

/** For Intl: the chosen language as the browser's owner writes it, so that 14:30 is not 2:30 PM where nobody says so. */
export function locale(): string {
  return navigator.languages.find((tag) => tag.split("-")[0] === current && isLocale(tag)) ?? current;
}

/** A browser on a machine without a language calls itself "en-US@posix", which Intl refuses. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** The text under this key in the agent's language, with `{name}`s filled in. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  const entry = CATALOGUE[current][key];
  const text = typeof entry === "string" ? entry : entry[plural(Number(values.n))];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The same for keys that are put together from what the server says; null where the catalogue has no such word. */
export function named(key: string, values: Record<string, string | number> = {}): string | null {
  return key in CATALOGUE[current] ? t(key as MessageKey, values) : null;
}

function plural(n: number): "one" | "other" {
  return new Intl.PluralRules(current).select(n) === "one" ? "one" : "other";
}

function browserLanguage(): Language {
  for (const tag of navigator.languages) {
    const match = known(tag.split("-")[0]);
    if (match) return match;
  }
  return "en";
}

function known(tag: string | null | undefined): Language | null {
  return tag && tag in LANGUAGES ? (tag as Language) : null;
}
