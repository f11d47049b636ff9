import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { createHttp } from "../../adapters/http.ts";
import { createKey } from "../../src/agents/keys.ts";
import { startSession } from "../../src/agents/sessions.ts";
import { type ApiParts, apiRoutes, createApi } from "../../src/api/index.ts";
import { type GatewayFiles, openFiles } from "../../src/files/index.ts";
import { openFiling } from "../../src/intake/filing.ts";
import { openLedger } from "../../src/intake/ledger.ts";
import type { Store } from "../../src/store.ts";
import { openActions } from "../../src/tickets/actions.ts";
import { openNumbers } from "../../src/tickets/numbers.ts";
import type { Agent, InboundMessage, Ticket } from "../../src/types.ts";
import { inbound, makeAgent, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

export const LARGEST_FILE = 300_000;

interface Called<Body = Record<string, never>> {
  status: number;
  headers: Headers;
  body: Body;
}

interface Calling {
  /** Who calls: an agent in the console, a key, or nobody. */
  as?: Agent | { key: string } | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The API on a real store and real HTTP, without the rest of the gateway. */
export interface ApiDesk {
  url: string;
  store: Store;
  core: TestCore;
  parts: ApiParts;
  files: GatewayFiles;
  agent: Agent;
  admin: Agent;
  /** How often the API said that accounts have changed. */
  changes(): number;
  call<Body = Record<string, unknown>>(method: string, path: string, calling?: Calling): Promise<Called<Body>>;
  cookie(agent: Agent): Promise<string>;
  key(name?: string): Promise<string>;
  /** A customer's message, filed; resolves to its ticket. */
  writes(over?: Partial<InboundMessage>): Promise<Ticket>;
  close(): Promise<void>;
}

export async function openApiDesk(over: Partial<Pick<ApiParts, "publicUrl">> = {}): Promise<ApiDesk> {
  const database: Database = await openDatabase();
  const { store } = database;
  const core = testCore(store);
  const files = await openFiles(store, { largest: LARGEST_FILE });
  const numbers = openNumbers(store);
  const receive = openLedger(core);
  const file = openFiling(core, numbers);
  let changes = 0;
  const parts: ApiParts = {
    store,
    log: core.log,
    actions: openActions(core, numbers, files),
    files,
    settings: core.settings,
    publicUrl: "http://localhost:3000",
    clientAddress: (request) => String(request.headers["x-test-address"] ?? "192.0.2.1"),
    agentsChanged: () => {
      changes++;
    },
    ...over,
  };
  const { app, server } = createHttp();
  app.use("/api", createApi(parts));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const cookies = new Map<string, Promise<string>>();
  const cookie = (agent: Agent) => {
    const known = cookies.get(agent._id) ?? startSession(store, agent).then((token) => `firstline_session=${token}`);
    cookies.set(agent._id, known);
    return known;
  };
  const credentials = async (as: Calling["as"]): Promise<Record<string, string>> => {
    if (!as) return {};
    return "key" in as ? { authorization: `Bearer ${as.key}` } : { cookie: await cookie(as) };
  };

  return {
    url,
    store,
    core,
    parts,
    files,
    agent: await makeAgent(store, { name: "Amina" }),
    admin: await makeAgent(store, {
      name: "Root",
      roles: ["admin", "agent"],
      passwordHash: "unused",
      email: "root@example.org",
    }),
    changes: () => changes,
    cookie,
    key: async (name = `program ${randomUUID()}`) => (await createKey(store, name, { queues: ["support"] })).key,
    async call<Body>(method: string, path: string, { as, body, headers = {} }: Calling = {}) {
      const raw = typeof body === "string" || body instanceof FormData;
      const response = await fetch(`${url}/api${path.startsWith("/docs") ? path : `/v1${path}`}`, {
        method,
        headers: {
          ...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }),
          ...(await credentials(as)),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = response.headers.get("content-type")?.includes("json");
      const parsed = json ? JSON.parse(text) : text;
      fitsItsDescription(parts, method, path, response.status, parsed);
      return { status: response.status, headers: response.headers, body: parsed as Body };
    },
    async writes(message = {}) {
      const full = inbound(message);
      await receive(full);
      const conversation = `${full.inbox}/${full.conversationId}`;
      await file(conversation);
      return (await store.tickets.find({ conversation }).sort({ number: -1 }).limit(1).toArray())[0] as Ticket;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

/** Every success is held against the schema that documents it: nothing missing, and nothing that the documentation hides. */
function fitsItsDescription(parts: ApiParts, method: string, path: string, status: number, body: unknown): void {
  if (status >= 300) return;
  const route = apiRoutes(parts).find(
    (each) =>
      each.method === method.toLowerCase() &&
      new RegExp(`^${each.path.replace(/\{\w+\}/g, "[^/?]+")}(\\?|$)`).test(path),
  );
  if (!route?.success.body || route.success.type) return;
  const parsed = route.success.body.safeParse(body);
  if (!parsed.success) throw new Error(`${method} ${path} is not as described: ${z.prettifyError(parsed.error)}`);
  if (JSON.stringify(sorted(parsed.data)) !== JSON.stringify(sorted(body)))
    throw new Error(`${method} ${path} answers what is not described: ${JSON.stringify(body)}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
