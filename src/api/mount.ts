import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type ErrorRequestHandler, type Request, type Response, Router } from "express";
import { authenticate, type Caller } from "../agents/credentials.ts";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Log } from "../types.ts";
import { refuseCrossSite } from "./cross-site.ts";
import { idempotencyKeyOf, once } from "./idempotency.ts";
import { problemOf } from "./problem.ts";
import type { Route } from "./route.ts";

/** The longest text with room to spare; files go another way. */
const JSON_BYTES = 64 * 1024;

/** What stands before every handler. */
export interface Gate {
  store: Store;
  log: Log;
  publicUrl: string;
}

/** An Express router that answers these routes, and everything else under it with a problem. */
export function mount(routes: Route[], gate: Gate): Router {
  const router = Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
    next();
  });
  const methods = new Map<string, string[]>();
  for (const each of routes) {
    const path = each.path.replace(/\{(\w+)\}/g, ":$1");
    router[each.method](path, async (request, response) =>
      send(response, each, await answer(each, gate, request, response)),
    );
    methods.set(path, [...(methods.get(path) ?? []), each.method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) {
    router.all(path, (request, response) => {
      response.setHeader("Allow", allowed.join(", "));
      throw new Refusal(
        "method_not_allowed",
        `${request.method} is not possible here. ${allowed.join(", ")}: yes.`,
        405,
      );
    });
  }
  router.use(() => {
    throw new Refusal("not_found", "There is nothing at this path. GET /api/docs lists what there is.", 404);
  });
  router.use(refuse(gate.log));
  return router;
}

async function answer(route: Route, gate: Gate, request: Request, response: Response): Promise<unknown> {
  const caller = route.access === "public" ? null : await admit(route, gate.store, request);
  if (caller?.by !== "key") refuseCrossSite(request, gate.publicUrl);
  const body = route.upload ? undefined : await readJson(request, response);
  const key = route.method === "post" && caller ? idempotencyKeyOf(request) : undefined;
  const run = route.prepare({
    params: request.params,
    query: queryOf(request),
    body,
    caller,
    clientId: key ?? randomUUID(),
    request,
    response,
  });
  if (!key || !caller) return run();
  return once(gate.store, caller, key, { method: request.method, url: request.originalUrl, body }, run);
}

async function admit(route: Route, store: Store, request: Request): Promise<Caller> {
  const caller = await authenticate(store, request.headers);
  if (!caller) throw new Refusal("unauthenticated", "Sign in, or send a valid key as Authorization: Bearer KEY.", 401);
  if (route.access === "admin" && !caller.agent.roles.includes("admin"))
    throw new Refusal("forbidden", "Only an admin may do this.", 403);
  return caller;
}

const parse = express.json({ limit: JSON_BYTES, inflate: false, type: () => true });

async function readJson(request: Request, response: Response): Promise<unknown> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && !(Number(length) > 0)) return undefined;
  if (!request.is("application/json"))
    throw new Refusal("unsupported_media_type", "Send JSON, as Content-Type: application/json.", 415);
  await new Promise<void>((resolve, reject) =>
    parse(request, response, (fault: unknown) => (fault ? reject(fault) : resolve())),
  );
  return request.body;
}

/** Every name once, as text: no library's idea of nested objects. */
function queryOf(request: Request): Record<string, string | string[]> {
  const search = new URL(request.originalUrl, "http://localhost").searchParams;
  return Object.fromEntries(
    [...new Set(search.keys())].map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

async function send(response: Response, route: Route, body: unknown): Promise<void> {
  response.status(route.success.status);
  if (body instanceof Readable) return pipeline(body, response);
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}

/** Turns whatever was thrown into a problem; for this API and for other routes that answer as it does. */
export function refuse(log: Log): ErrorRequestHandler {
  return (fault, _request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { problem, headers } = problemOf(fault, log);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.status(problem.status);
    response.setHeader("Content-Type", "application/problem+json; charset=utf-8");
    response.end(JSON.stringify(problem));
  };
}
