import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import { isStoreFault } from "../../adapters/mongo.ts";
import { Refusal } from "../errors.ts";
import type { Log } from "../types.ts";

/** RFC 9457. `type` is about:blank, whose title is the status' own name; `code` is what programs read. */
export interface Problem {
  type: "about:blank";
  title: string;
  status: number;
  detail: string;
  code: string;
  /** What is wrong where, when the request does not fit its schema. */
  errors?: { path: string; message: string }[];
}

/** Input that does not fit its schema, each fault with its place. */
export class Invalid extends Refusal {
  readonly errors: { path: string; message: string }[];

  constructor(place: string, fault: z.ZodError) {
    const errors = fault.issues.flatMap((issue) => describe(place, issue));
    super("invalid", errors.map(({ path, message }) => `${path}: ${message}`).join("; "), 400);
    this.errors = errors;
  }
}

function describe(place: string, issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const at = (keys: PropertyKey[]) => [place, ...keys.map(String)].join(".").slice(0, LONGEST_PATH);
  if (issue.code === "unrecognized_keys")
    return issue.keys
      .slice(0, MOST_KEYS)
      .map((key) => ({ path: at([...issue.path, key]), message: "is not known here" }));
  return [{ path: at(issue.path), message: issue.message }];
}

/** The sender's own keys come back in the answer: a few, and short. */
const MOST_KEYS = 10;
const LONGEST_PATH = 100;

/** What body-parser calls its refusals, in our words. */
const UNREADABLE: Record<string, [status: number, code: string, detail: string]> = {
  "entity.too.large": [413, "too_large", "The body is larger than 64 KB. Files go to POST /api/v1/files."],
  "entity.parse.failed": [400, "malformed", "The body is not valid JSON."],
  "charset.unsupported": [415, "unsupported_media_type", "JSON is written in UTF-8."],
  "encoding.unsupported": [415, "unsupported_media_type", "Send the body without compression."],
  "request.aborted": [400, "malformed", "The body ended too early."],
  "request.size.invalid": [400, "malformed", "The body is not as long as its Content-Length."],
};

/** Says what went wrong, and nothing about how we are built; a fault of ours is logged. */
export function problemOf(fault: unknown, log: Log): { problem: Problem; headers: Record<string, string> } {
  if (fault instanceof Refusal) {
    const headers: Record<string, string> = {};
    if (fault.status === 401) headers["WWW-Authenticate"] = 'Bearer realm="Firstline"';
    if ("retryAfter" in fault) headers["Retry-After"] = String(fault.retryAfter);
    else if (fault.status === 503) headers["Retry-After"] = "1";
    const problem = problemFor(fault.status, fault.code, fault.message);
    return { problem: fault instanceof Invalid ? { ...problem, errors: fault.errors } : problem, headers };
  }
  const unreadable = UNREADABLE[(fault as { type?: string } | null)?.type ?? ""];
  if (unreadable) return { problem: problemFor(...unreadable), headers: {} };
  if (fault instanceof URIError)
    return { problem: problemFor(400, "malformed", "The path is not valid."), headers: {} };
  const { status = 500 } = (fault ?? {}) as { status?: number };
  if (status >= 400 && status < 500)
    return { problem: problemFor(status, "refused", STATUS_CODES[status] ?? "Refused"), headers: {} };
  log.error({ fault }, "a request failed");
  if (isStoreFault(fault))
    return {
      problem: problemFor(503, "unavailable", "The database does not answer just now. Nothing was changed: try again."),
      headers: { "Retry-After": "1" },
    };
  return { problem: problemFor(500, "internal", "This is a fault of ours; it is in the log."), headers: {} };
}

function problemFor(status: number, code: string, detail: string): Problem {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, code };
}
