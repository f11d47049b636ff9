import { type Logger, type LoggerOptions, pino } from "pino";
import type { Log } from "../src/types.ts";

/** Keys whose values are somebody's words or secrets: they never reach a log, at any depth that we log. */
const PRIVATE = new Set([
  "text",
  "html",
  "subject",
  "raw",
  "password",
  "token",
  "key",
  "authorization",
  "cookie",
  "secret",
  "hmac",
]);
/** Deeper than anything that we log. */
const LEVELS = 4;

/** JSON lines to stdout, or to a file, with message text and secrets redacted. */
export function openLog(level: string, file?: string): Log {
  const options: LoggerOptions = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      // Not pino's own redaction, which takes longer than all else of a line, and every message writes some.
      log: (details) => redacted(details, LEVELS),
    },
    serializers: { fault: describe },
  };
  const to = file === undefined ? undefined : pino.destination({ dest: file, mkdir: true, sync: true });
  return withChildren(to ? pino(options, to) : pino(options));
}

/** What a child is bound to is redacted as well: formatters see only what a line says. */
function withChildren(logger: Logger): Log {
  const child = (bindings: object) => withChildren(logger.child(redacted(bindings as Record<string, unknown>, LEVELS)));
  return Object.create(logger, { child: { value: child } });
}

/** A copy that shows nothing private. */
function redacted(details: Record<string, unknown>, levels: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const key in details) shown[key] = PRIVATE.has(key) ? "[redacted]" : shownOf(details[key], levels - 1);
  return shown;
}

function shownOf(value: unknown, levels: number): unknown {
  if (typeof value !== "object" || value === null || value instanceof Error || value instanceof Date) return value;
  if (levels === 0) return "[deeper]";
  if (Array.isArray(value)) return value.map((each) => shownOf(each, levels - 1));
  return redacted(value as Record<string, unknown>, levels);
}

/** Name, message, code and stack of our own frames: what a reader of the log can act on. */
function describe(fault: unknown): unknown {
  if (!(fault instanceof Error)) return { message: String(fault) };
  return { name: fault.name, message: fault.message, code: (fault as NodeJS.ErrnoException).code, stack: fault.stack };
}
