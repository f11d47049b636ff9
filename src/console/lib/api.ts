import { noteServerTime } from "./clock.svelte.ts";
import { newId } from "./new-id.ts";

/** No answer for this long is a lost network: the caller shows an error with a retry instead of a spinner. */
const REQUEST_TIMEOUT = 15_000;
const BASE = "/api/v1";

/** A refusal by the API (RFC 9457), or `offline` when none came. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | null;

  constructor(status: number, code: string, detail: string, retryAfter: number | null = null) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

let signedOut: () => void = () => {};

/** Calls `listener` whenever the API says that the session has ended. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Each calls the API under /api/v1 and resolves to its answer; rejects with Problem. */
export const get = <Body>(path: string, query: Query = {}): Promise<Body> => request<Body>("GET", path + search(query));
export const post = <Body>(path: string, body: unknown = {}): Promise<Body> => request<Body>("POST", path, body);
export const patch = <Body>(path: string, body: unknown): Promise<Body> => request<Body>("PATCH", path, body);
export const remove = (path: string): Promise<unknown> => request<unknown>("DELETE", path);

type Query = Record<string, string | number | null | undefined>;

function search(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}

async function request<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const response = await send(method, path, body);
  noteServerTime(response.headers.get("date"));
  if (!response.ok) throw await problem(response, path);
  return (response.status === 204 ? undefined : await response.json()) as Body;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const upload = body instanceof FormData;
  try {
    return await fetch(BASE + path, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(body !== undefined && !upload ? { "content-type": "application/json" } : {}),
        ...(method === "POST" ? { "idempotency-key": newId() } : {}),
      },
      ...(body === undefined ? {} : { body: upload ? body : JSON.stringify(body) }),
      ...(upload ? {} : { signal: AbortSignal.timeout(REQUEST_TIMEOUT) }),
    });
  } catch {
    throw new Problem(0, "offline", "");
  }
}

async function problem(response: Response, path: string): Promise<Problem> {
  const body: unknown = await response.json().catch(() => ({}));
  const { code, detail, title } = body as { code?: string; detail?: string; title?: string };
  // Signing in answers 401 too, and there it means a wrong password.
  if (response.status === 401 && path !== "/session") signedOut();
  const retryAfter = Number(response.headers.get("retry-after"));
  return new Problem(
    response.status,
    code ?? "",
    detail ?? title ?? response.statusText,
    retryAfter > 0 ? retryAfter : null,
  );
}
