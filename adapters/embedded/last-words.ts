import { readFileSync } from "node:fs";

const MOST_CHARACTERS = 300;

/** What a log says from this byte on. */
export function logSince(path: string, from: number): string {
  return readFileSync(path).subarray(from).toString("utf8");
}

/** Why a mongod ended, from its JSON log: the last fatal fault or error, with what it names. */
export function mongodReason(log: string): string {
  const lines = log.split("\n").flatMap(parse);
  const worst =
    lines.findLast((line) => line.s === "F" && line.attr?.error) ?? lines.findLast((line) => line.s === "E");
  if (!worst) return log.trim().split("\n").at(-1)?.slice(0, MOST_CHARACTERS) ?? "";
  const error = worst.attr?.error;
  const detail = typeof error === "string" ? error : error && JSON.stringify(error);
  return [worst.msg, detail].filter(Boolean).join(": ").slice(0, MOST_CHARACTERS);
}

/** Why a Redis ended: its last warning (`#`), or its last line. */
export function redisReason(log: string): string {
  const lines = log.trim().split("\n");
  const warning = lines.findLast((line) => / # /.test(line))?.replace(/^.* # /, "");
  return (warning ?? lines.at(-1) ?? "").slice(0, MOST_CHARACTERS);
}

interface LogLine {
  s?: string;
  msg?: string;
  attr?: { error?: unknown };
}

function parse(line: string): LogLine[] {
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
