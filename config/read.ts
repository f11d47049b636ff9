import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Environment } from "./environment.ts";
import { type Fault, faultsOf, parseOptions } from "./faults.ts";
import { type ConfigurableChannel, configSchema, type Names } from "./schema.ts";
import { fillIn, type MissingName, readSource } from "./source.ts";
import { mergeTexts, shippedTexts, type Texts, textsOverride } from "./texts.ts";
import { language } from "./units.ts";
import { isNumeric, redact } from "./walk.ts";

type Parsed = z.infer<ReturnType<typeof configSchema>>;
type Block = Record<string, unknown>;

/** What the operator decided, complete and valid. */
export interface Config extends Omit<Parsed, "publicUrl" | "texts"> {
  publicUrl: string;
  /** For each language that is offered. */
  texts: Texts;
  /** Inboxes that say `optional: true` and lack something in the environment. */
  off: { inbox: string; reason: string }[];
  /** Changes whenever the configuration does, but for its secrets. */
  version: string;
  /** Without secrets, to be published. */
  public: Block;
}

/** Reads the configuration file; without faults there is a `config`. */
export function readConfig(
  environment: Environment,
  env: NodeJS.ProcessEnv,
  channels: readonly ConfigurableChannel[],
): { config?: Config; faults: Fault[] } {
  const source = readSource(environment.CONFIG);
  if (source.faults.length > 0) return { faults: source.faults };
  const shipped = shippedTexts();
  const names = namesIn(source.data, channels, Object.keys(shipped));
  const schema = configSchema(names);

  const filled = fillIn(source.data, env, (path) => isNumeric(schema, source.data, path));
  const { data, off, missing } = setAside(filled.data, filled.missing);
  const parsed = schema.safeParse(data, parseOptions);
  const own = textsOverride.safeParse(data.texts ?? {});
  const { texts, faults: ofTexts } = mergeTexts(names.languages, shipped, own.data);

  const faults = [
    ...missing.map(missingFault),
    ...unfilled(parsed.error?.issues ?? [], missing).flatMap((issue) => faultsOf(issue, schema, source.data)),
    ...(own.success ? ofTexts : []),
  ];
  if (!parsed.success || faults.length > 0) {
    return { faults: faults.map((fault) => ({ ...fault, line: source.lineOf(fault.path) })) };
  }
  const publicUrl = parsed.data.publicUrl ?? `http://localhost:${environment.PORT}`;
  const complete = { ...parsed.data, publicUrl, texts, off };
  const shown = redact(schema, complete) as Block;
  return { config: { ...complete, public: shown, version: hash(shown) }, faults };
}

/** What settings may refer to by name is known before they are checked, so that one pass finds all faults. */
function namesIn(data: Block, channels: readonly ConfigurableChannel[], shipped: string[]): Names {
  const queues = Object.keys(block(data.queues));
  const offered = block(data.languages).offered;
  const languages = Array.isArray(offered) ? offered.flatMap((tag) => language.safeParse(tag).data ?? []) : [];
  return {
    channels,
    queues: queues.length > 0 ? queues : ["support"],
    languages: languages.length > 0 ? languages : shipped,
  };
}

/** Takes out the optional inboxes that lack something, and gives the others a name. */
function setAside(data: Block, missing: MissingName[]): { data: Block; off: Config["off"]; missing: MissingName[] } {
  const lackedBy = (key: string) =>
    missing.filter(({ path: [top, inbox] }) => top === "inboxes" && inbox === key).map(({ name }) => name);
  const entries = Object.entries(block(data.inboxes));
  const off = entries
    .filter(([key, inbox]) => block(inbox).optional === true && lackedBy(key).length > 0)
    .map(([key]) => ({ inbox: key, reason: `the environment lacks ${lackedBy(key).join(", ")}` }));
  const isOff = (key: unknown) => off.some(({ inbox }) => inbox === key);
  const on = entries
    .filter(([key]) => !isOff(key))
    .map(([key, inbox]) => [key, isBlock(inbox) ? { name: key, ...inbox } : inbox]);
  return {
    data: { ...data, inboxes: entries.length > 0 ? Object.fromEntries(on) : undefined },
    off,
    missing: missing.filter(({ path: [top, inbox] }) => top !== "inboxes" || !isOff(inbox)),
  };
}

function missingFault({ path, name }: MissingName): Fault {
  return { path, found: `\${${name}}, which the environment lacks`, fix: `set ${name}` };
}

function unfilled(issues: z.core.$ZodIssue[], missing: MissingName[]): z.core.$ZodIssue[] {
  const known = new Set(missing.map(({ path }) => path.join()));
  return issues.filter(({ path }) => !known.has(path.join()));
}

function block(value: unknown): Block {
  return isBlock(value) ? value : {};
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Twelve hex digits tell an operator's versions apart. */
function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}
