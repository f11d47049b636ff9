import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Store } from "../../src/store.ts";
import { type Database, openDatabase } from "./database.ts";
import { eventually } from "./eventually.ts";
import { type Process, startProcess } from "./processes.ts";

const MAIN = resolve("dist/src/main.js");
const ADMIN = { email: "admin@example.org", password: "correct horse battery staple" };

export interface GatewayOptions {
  /** The whole YAML; the shipped default where absent. */
  config?: string;
  env?: Record<string, string>;
  /** All roles in one process where absent. */
  roles?: string[];
  /** Shared with other gateways, and then not closed by this one. */
  database?: Database;
}

/** The real, compiled gateway in a process of its own. */
export interface Gateway extends Pick<Process, "pid" | "lines" | "exited"> {
  url: string;
  port: number;
  database: Database;
  store: Store;
  admin: { email: string; password: string };
  /** The lines of its JSON log. */
  log(): Record<string, unknown>[];
  /** Calls the REST API as this key's or cookie's owner; the admin where none is named. */
  api<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  /** A key that acts under this name. */
  apiKey(name?: string): Promise<string>;
  /** The admin's session, as a Cookie header. */
  cookie(): Promise<string>;
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** Starts the gateway and resolves when it is ready to take messages; rejects with its output when it ends before that. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const database = options.database ?? (await openDatabase());
  const dataDir = mkdtempSync(join(tmpdir(), "firstline-gateway-"));
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: dataDir,
    MONGODB_URL: database.mongodbUrl,
    REDIS_URL: database.redisUrl,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...options.env,
  };
  if (options.config !== undefined) {
    env.CONFIG = join(dataDir, "config.yaml");
    writeFileSync(env.CONFIG, options.config);
  }
  const running = startProcess(process.execPath, [MAIN, ...(options.roles ?? [])], { env });
  const cleanUp = async () => {
    rmSync(dataDir, { recursive: true, force: true });
    if (!options.database) await database.close();
  };
  const log = () => running.lines.flatMap(parsed);
  const port = await ready(running, log).catch(async (fault) => {
    await running.kill();
    await cleanUp();
    throw fault;
  });
  const url = `http://127.0.0.1:${port}`;
  let cookie: Promise<string> | undefined;
  const gateway: Gateway = {
    pid: running.pid,
    lines: running.lines,
    exited: running.exited,
    url,
    port,
    database,
    store: database.store,
    admin: ADMIN,
    log,
    cookie: () => (cookie ??= signIn(url)),
    async api<Body>(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
      return call<Body>(`${url}/api/v1${path}`, method, body, headers ?? { cookie: await gateway.cookie() });
    },
    async apiKey(name = "test") {
      const answer = await gateway.api<{ key: string }>("POST", "/keys", { name });
      if (answer.status >= 300) throw new Error(`no key: ${JSON.stringify(answer.body)}`);
      return answer.body.key;
    },
    async stop() {
      const code = await running.stop();
      await cleanUp();
      return code;
    },
    async kill() {
      await running.kill();
      await cleanUp();
    },
  };
  return gateway;
}

function parsed(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** The port it listens on; 0 for a process that serves no pages. */
async function ready(running: Process, log: () => Record<string, unknown>[]): Promise<number> {
  let ended = false;
  void running.exited.then(() => {
    ended = true;
  });
  const port = await eventually(async () => {
    if (ended) return 0;
    if (!log().some(({ msg }) => msg === "started")) throw new Error("it has not started");
    const listening = log().find(({ msg }) => msg === "listening");
    if (!listening) return 0;
    const answer = await fetch(`http://127.0.0.1:${listening.port}/health/ready`);
    const body = await answer.text();
    if (!answer.ok) throw new Error(`it is not ready: ${answer.status} ${body}`);
    return Number(listening.port);
  }).catch((fault) => {
    throw new Error(`the gateway did not become ready: ${fault}\n${running.lines.join("\n")}`);
  });
  if (ended) throw new Error(`the gateway ended at its start:\n${running.lines.join("\n")}`);
  return port;
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(ADMIN),
  });
  if (!response.ok) throw new Error(`the admin could not sign in: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

async function call<Body>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    headers: {
      origin: new URL(url).origin,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}
