import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHttp } from "../../adapters/http.ts";
import { createKey } from "../../src/agents/keys.ts";
import { createHealth } from "../../src/api/health.ts";
import { received } from "../../src/metrics.ts";
import { testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

let database: Database;
let url: string;
let close: () => Promise<unknown>;
const state = { redis: true, taking: true, hangs: false, depth: 3 as number | null };

beforeAll(async () => {
  database = await openDatabase();
  const { app, server } = createHttp();
  app.use(
    createHealth({
      store: database.store,
      log: testCore(database.store).log,
      dependencies: {
        mongodb: {
          needed: true,
          probe: () => (state.hangs ? new Promise(() => undefined) : database.store.db.command({ ping: 1 })),
        },
        redis: {
          needed: false,
          async probe() {
            if (!state.redis) throw new Error("away");
          },
        },
      },
      taking: () => state.taking,
      queues: { names: ["filing"], depth: async () => state.depth },
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await database.close();
  };
});
afterAll(() => close());

const read = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, { headers });
  return { status: response.status, text: await response.text() };
};

test("a process that answers is live, whatever it depends on", async () => {
  expect(await read("/health/live")).toEqual({ status: 200, text: '{"status":"live"}' });
});

test("readiness says which dependency is down, also when it only hangs; without Redis messages are still taken", async () => {
  const ready = async () => {
    const { status, text } = await read("/health/ready");
    return [status, JSON.parse(text)];
  };
  const up = { mongodb: "up", redis: "up" };
  expect(await ready()).toEqual([200, { status: "ready", taking: true, down: [], dependencies: up }]);
  state.redis = false;
  expect(await ready()).toEqual([
    200,
    { status: "degraded", taking: true, down: ["redis"], dependencies: { ...up, redis: "down" } },
  ]);
  state.redis = true;
  state.hangs = true;
  expect(await ready()).toMatchObject([503, { down: ["mongodb"] }]);
  state.hangs = false;
  state.taking = false;
  expect(await ready()).toEqual([503, { status: "not ready", taking: false, down: [], dependencies: up }]);
  state.taking = true;
});

test("metrics are for this machine itself, and for who has a key", async () => {
  expect((await read("/metrics")).status).toBe(200);
  for (const header of ["x-forwarded-for", "forwarded", "x-real-ip", "via"]) {
    const { status, text } = await read("/metrics", { [header]: "127.0.0.1" });
    expect([status, JSON.parse(text).code]).toEqual([401, "unauthenticated"]);
  }
  const { key } = await createKey(database.store, "prometheus", { queues: [] });
  const proxied = { "x-forwarded-for": "192.0.2.1", authorization: `Bearer ${key}` };
  expect((await read("/metrics", proxied)).status).toBe(200);
});

test("metrics count what was done, and show how much waits and how old it is", async () => {
  const { store } = database;
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const waits = (id: string, fields: object) => store.messages.insertOne({ _id: id, ...fields } as never);
  await waits("a", { unfiled: true, inbox: "website", conversation: "c", order: 1, receivedAt: ago(100) });
  await waits("b", { unfiled: true, inbox: "website", conversation: "c", order: 2, receivedAt: ago(10) });
  await waits("c", { unsent: true, inbox: "website", kind: "ack", conversation: "d", receivedAt: ago(50) });
  await waits("d", { unsent: true, inbox: "website", kind: "reply", conversation: "e", receivedAt: ago(70) });
  await store.tickets.insertOne({ _id: "t", number: 1, queue: "support", unrouted: true, createdAt: ago(30) } as never);
  received.inc({ channel: "webchat", duplicate: "false" });

  const { text } = await read("/metrics");
  const value = (name: string) =>
    Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.split(" ")
        .at(-1),
    );
  expect(value('firstline_waiting{state="unfiled"}')).toBe(2);
  for (const [waiting, age] of [
    ["unfiled", 100],
    ["unsent", 70],
    ["unacked", 50],
    ["unrouted", 30],
  ] as const) {
    const shown = value(`firstline_oldest_age_seconds{state="${waiting}"}`);
    expect(shown).toBeGreaterThanOrEqual(age);
    expect(shown).toBeLessThan(age + 60);
  }
  expect(value('firstline_queue_depth{queue="filing"}')).toBe(3);
  expect(value('firstline_received_total{channel="webchat",duplicate="false"}')).toBe(1);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect(text).toMatch(/^firstline_append_seconds_bucket/m);
});

test("metrics say that Redis is away, rather than fail", async () => {
  state.depth = null;
  const { status, text } = await read("/metrics");
  expect([status, /firstline_up\{store="redis"\} 0/.test(text), text.includes("queue_depth{")]).toEqual([
    200,
    true,
    false,
  ]);
  state.depth = 3;
});

test("a scrape reads what waits, however large the ledger is", async () => {
  const { db } = database.store;
  await db.command({ profile: 2 });
  await read("/metrics");
  await db.command({ profile: 0 });
  const plans = await db
    .collection("system.profile")
    .find({ "command.aggregate": { $exists: true } })
    .toArray();
  expect(plans).toHaveLength(4);
  for (const { planSummary } of plans) expect(planSummary).toMatch(/^IXSCAN/);
});
