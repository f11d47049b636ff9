import { readFileSync } from "node:fs";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { Fault } from "./faults.ts";

const REFERENCE = /\$\{(\w+)\}/g;

/** A configuration file as it is written, nothing filled in. */
export interface Source {
  data: Record<string, unknown>;
  faults: Fault[];
  /** The line on which a setting stands, or else the block that lacks it. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** A `${NAME}` that the environment does not have. */
export interface MissingName {
  path: PropertyKey[];
  name: string;
}

/** Reads the file; what cannot be read or is no YAML comes back as faults. */
export function readSource(file: string): Source {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const fix = "set CONFIG to the path of your configuration, or unset it for config/default.yaml";
    return { data: {}, faults: [{ path: [], found: (error as Error).message, fix }], lineOf: () => undefined };
  }
  const lines = new LineCounter();
  // Pretty errors quote the file, which may hold secrets.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = document.errors.map((error) => syntaxFault(error.message, lines.linePos(error.pos[0]).line, text));
  const content = faults.length > 0 ? {} : contentOf(document, faults);
  if (typeof content !== "object" || Array.isArray(content)) {
    faults.push({ path: [], found: "no settings", fix: "set lines such as organisation: Example" });
  }
  return {
    data: content as Source["data"],
    // One slip confuses all that follows it.
    faults: faults.slice(0, 1),
    lineOf: (path) => lineOf(document, lines, path),
  };
}

/** Puts the environment's values in for each `${NAME}`, as numbers where `isNumeric` says that one belongs there. */
export function fillIn(
  data: Source["data"],
  env: NodeJS.ProcessEnv,
  isNumeric: (path: PropertyKey[]) => boolean,
): { data: Source["data"]; missing: MissingName[] } {
  const missing: MissingName[] = [];
  const fill = (value: unknown, path: PropertyKey[]): unknown => {
    if (typeof value === "string") {
      const filled = value.replace(REFERENCE, (reference, name: string) => {
        // Compose files and the like pass on a variable that nobody set as an empty one.
        if (!env[name]) missing.push({ path, name });
        return env[name] || reference;
      });
      return filled !== value && isNumeric(path) && Number.isFinite(Number(filled)) ? Number(filled) : filled;
    }
    if (Array.isArray(value)) return value.map((entry, index) => fill(entry, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, [...path, key])]));
  };
  return { data: fill(data, []) as Source["data"], missing };
}

function contentOf(document: Document, faults: Fault[]): unknown {
  try {
    return withoutNulls(document.toJS()) ?? {};
  } catch (error) {
    faults.push({ path: [], found: (error as Error).message, fix: "set valid YAML" });
    return {};
  }
}

function syntaxFault(message: string, line: number, text: string): Fault {
  const written = text.split("\n")[line - 1] ?? "";
  const isUnquoted = /[{[].*(?<!["'\w])\$\{\w+\}/.test(written);
  const fix = isUnquoted ? 'put quotes around "$…" between braces or brackets' : "set valid YAML";
  return { path: [], found: message.split("\n")[0] ?? message, fix, line };
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  return path.length === 0 ? undefined : lineOf(document, lines, path.slice(0, -1));
}

/** A key with nothing behind it has its default. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutNulls(entry)]));
}
