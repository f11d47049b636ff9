import { type LoggerOptions, pino } from "pino";
import type { Log } from "../src/types.ts";

/** Keys whose values are somebody's words or secrets: they never reach a log, at any depth that we log. */
const PRIVATE = [
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
];

/** JSON lines to stdout, or to a file, with message text and secrets redacted. */
export function openLog(level: string, file?: string): Log {
  const options: LoggerOptions = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: PRIVATE.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[redacted]" },
    serializers: { fault: describe },
  };
  return file === undefined ? pino(options) : pino(options, pino.destination({ dest: file, mkdir: true, sync: true }));
}

/** Name, message, code and stack of our own frames: what a reader of the log can act on. */
function describe(fault: unknown): unknown {
  if (!(fault instanceof Error)) return { message: String(fault) };
  return { name: fault.name, message: fault.message, code: (fault as NodeJS.ErrnoException).code, stack: fault.stack };
}
