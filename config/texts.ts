import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Fault } from "./faults.ts";
import { projectRoot } from "./root.ts";

/** What the gateway says by itself, in one language. Words in braces are filled in. */
interface LanguageTexts {
  acknowledgement: string;
  /** When no time was promised, or it has passed. */
  acknowledgementWithoutTime: string;
  before: string;
  /** As `before`, for a customer in another time zone. */
  beforeInZone: string;
}

/** By language. */
export type Texts = Record<string, LanguageTexts>;

const shape = {
  acknowledgement: saying("number", "when"),
  acknowledgementWithoutTime: saying("number"),
  before: saying("day", "time"),
  beforeInZone: saying("day", "time", "zone"),
};

/** The operator's own wording, by language; what is not said keeps the shipped one. */
export const textsOverride = z.record(z.string(), z.strictObject(shape).partial().prefault({}));

/** The texts of the files beside this one, by language. */
export function shippedTexts(): Texts {
  const folder = join(projectRoot, "config", "texts");
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  const read = (file: string) => z.strictObject(shape).parse(parse(readFileSync(join(folder, file), "utf8")));
  return Object.fromEntries(files.sort().map((file) => [basename(file, ".yaml"), read(file)]));
}

/** The texts of each offered language: the operator's, else the shipped ones; a fault for each that neither has. */
export function mergeTexts(
  offered: string[],
  shipped: Texts,
  own: z.infer<typeof textsOverride> = {},
): { texts: Texts; faults: Fault[] } {
  const texts: Texts = {};
  const faults: Fault[] = [];
  for (const language of offered) {
    const merged = z
      .strictObject(shape)
      .safeParse({ ...shipped[new Intl.Locale(language).language], ...own[language] });
    if (merged.success) texts[language] = merged.data;
    else
      faults.push(...merged.error.issues.map(({ path }) => missing(language, String(path[0]), Object.keys(shipped))));
  }
  return { texts, faults };
}

function missing(language: string, key: string, shipped: string[]): Fault {
  return {
    path: ["texts", language, key],
    found: "nothing",
    fix: `set it, or do not offer ${language}: texts come with ${shipped.join(", ")} only`,
  };
}

function saying(...words: string[]) {
  return z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .superRefine((text, context) => {
      const used = [...text.matchAll(/\{(.*?)\}/g)].map(([, word = ""]) => word);
      for (const word of words.filter((word) => !used.includes(word))) {
        context.addIssue({ code: "custom", message: `say {${word}} somewhere` });
      }
      for (const word of used.filter((word) => !words.includes(word))) {
        context.addIssue({
          code: "custom",
          message: `leave out {${word}}: only ${words.map((w) => `{${w}}`).join(", ")} can be filled in`,
        });
      }
    });
}
