import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { childNames, isSecret } from "./walk.ts";

/** More letters apart than this, or half of the word, and "did you mean" would be a guess. */
const FARTHEST_TYPO = 3;
const LONGEST_SHOWN = 60;

/** Something wrong in the configuration: where, what was found there, and what to set instead. */
export interface Fault {
  path: readonly PropertyKey[];
  found: string;
  fix: string;
  line?: number | undefined;
}

const EXPECTED: Record<string, string> = {
  string: "set text, in quotes",
  number: "set a number",
  int: "set a whole number",
  boolean: "set true or false",
  array: "set a list",
  object: "set a block of settings",
  record: "set a block of named entries",
};

/** To be handed to zod's parse: a schema's own message says what to set; zod's say less than ours. */
export const parseOptions = { error: () => "" };

/** The faults that an issue of zod stands for. `written` is the file's own content, before the environment came in. */
export function faultsOf(issue: z.core.$ZodIssue, schema: z.core.$ZodType, written: unknown): Fault[] {
  if (issue.code === "unrecognized_keys") {
    const known = childNames(schema, written, issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      found: "an unknown setting",
      fix: oneOf(key, known, "known here:"),
    }));
  }
  const value = valueAt(written, issue.path);
  const hidden = value !== undefined && isSecret(schema, written, issue.path);
  return [{ path: issue.path, found: hidden ? "a secret, not shown" : show(value, issue), fix: fixOf(issue, value) }];
}

/** All faults in one text that says for each where it is, what was found and what to set. */
export function report(file: string, faults: Fault[]): string {
  const lines = faults.map(({ path, found, fix, line }) => {
    const where = line === undefined ? "" : `line ${line}, `;
    return `  ${where}${path.map(String).join(".") || "the file"}: found ${found}; ${fix}.`;
  });
  return [`${file} has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:`, ...lines].join("\n");
}

function fixOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.message) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return EXPECTED[issue.expected] ?? `set ${issue.expected}`;
    case "invalid_value":
      return oneOf(value, issue.values.map(String), "set one of");
    case "invalid_union":
      return oneOf(value, ("options" in issue ? issue.options : []).map(String), "set one of");
    case "too_small":
      return `set ${amount(issue.origin, issue.minimum, "at least")}`;
    case "too_big":
      return `set ${amount(issue.origin, issue.maximum, "at most")}`;
    case "invalid_key":
      return issue.issues[0]?.message || "set another name";
    case "invalid_format":
      return `set a valid ${issue.format}`;
    default:
      return "set something else";
  }
}

function oneOf(value: unknown, known: string[], lead: string): string {
  const near = typeof value === "string" && known.length > 0 ? closest(value, known) : "";
  const apart = distance(String(value), near);
  const isTypo = apart <= FARTHEST_TYPO && apart < near.length / 2;
  return `${isTypo ? `did you mean "${near}"? ` : ""}${lead} ${known.join(", ")}`;
}

function amount(origin: string, limit: number | bigint, bound: string): string {
  if (origin === "string") return `${bound} ${limit} characters`;
  if (origin === "array") return `${bound} ${limit} in the list`;
  return `a number of ${bound} ${limit}`;
}

/** As far down the path as the value goes: one that stands for a list of one is shown itself. */
function valueAt(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined || typeof value !== "object" || value === null) return value;
  return valueAt((value as Record<PropertyKey, unknown>)[key], rest);
}

function show(value: unknown, issue: z.core.$ZodIssue): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a block of settings";
  // A text where a block belongs may hold the block's secrets.
  if (issue.code === "invalid_type" && ["object", "record", "array"].includes(issue.expected))
    return typeof value === "string" ? "text" : `a ${typeof value}`;
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
