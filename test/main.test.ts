import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { agentSocket } from "./support/agent.ts";
import { roomy } from "./support/config.ts";
import { crowd } from "./support/crowd.ts";
import { type Database, openDatabase } from "./support/database.ts";
import { eventually } from "./support/eventually.ts";
import { startGateway } from "./support/gateway.ts";
import { startProcess } from "./support/processes.ts";
import { visitor } from "./support/visitor.ts";

/** Five seconds are promised to say what is wrong, and ten to stop. */
const SAID_WITHIN_MS = 5_000;
const STOPPED_WITHIN_MS = 11_000;

let database: Database;
const folder = mkdtempSync(join(tmpdir(), "firstline-main-"));

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

describe("a start that cannot succeed says why in words, soon, and ends with 1:", () => {
  const taken = createServer();
  beforeAll(async () => {
    await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  });
  afterAll(() => new Promise((closed) => taken.close(closed)));
  // What a busy machine takes to start a process at all is not ours to promise.
  let startingMs = 0;
  const portTaken = () => String((taken.address() as { port: number }).port);

  const starts: [name: string, args: string[], env: () => Record<string, string>, words: RegExp][] = [
    ["a role that there is not", ["wbe"], () => ({}), /no role "wbe"/],
    ["a MongoDB that does not answer", [], () => ({ MONGODB_URL: "mongodb://127.0.0.1:9/x" }), /MONGODB_URL/],
    ["an address of MongoDB that is none", [], () => ({ MONGODB_URL: "localhost" }), /MONGODB_URL/],
    ["a Redis that does not answer", [], () => ({ REDIS_URL: "redis://127.0.0.1:9" }), /REDIS_URL/],
    ["a port that is taken", [], () => ({ PORT: portTaken() }), /PORT=/],
    ["a port that is none", [], () => ({ PORT: "many" }), /PORT/],
    ["a configuration that is not there", [], () => ({ CONFIG: "/nowhere.yaml" }), /nowhere\.yaml/],
  ];

  test.each(starts)("%s", async (_name, args, env, words) => {
    const from = Date.now();
    const started = startProcess(process.execPath, [resolve("dist/src/main.js"), ...args], {
      env: {
        PATH: process.env.PATH ?? "",
        PORT: "0",
        HOST: "127.0.0.1",
        DATA_DIR: folder,
        MONGODB_URL: database.mongodbUrl,
        REDIS_URL: database.redisUrl,
        ...env(),
      },
    });
    expect(await started.exited).toBe(1);
    const took = Date.now() - from;
    if (startingMs === 0) startingMs = took;
    expect(took - startingMs).toBeLessThan(SAID_WITHIN_MS);
    const said = started.lines.filter((line) => !line.startsWith("{") && line.trim() !== "");
    expect(said.join("\n")).toMatch(words);
    expect(said.join("\n")).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });
});

test.each(["email", "whatsapp"])("%s finds no inbox of its own, says so, idles, and stops when asked", async (role) => {
  const gateway = await startGateway({ database, roles: [role] });
  expect(gateway.log()).toContainEqual(expect.objectContaining({ role, msg: expect.stringMatching(/no inbox/) }));
  expect(await gateway.stop()).toBe(0);
});

test("asked to stop while customers write, it says yes only to what is stored, and ends with 0 within ten seconds", async () => {
  const gateway = await startGateway({ database, config: roomy() });
  const agent = await agentSocket(gateway, { key: await gateway.apiKey() });
  const people = crowd(6, () => gateway);
  const written = people.write(1_000).catch(() => undefined);
  await eventually(async () => {
    expect(await database.store.messages.countDocuments({ kind: "inbound" })).toBeGreaterThan(60);
  });
  const from = Date.now();
  expect(await gateway.stop()).toBe(0);
  expect(Date.now() - from).toBeLessThan(STOPPED_WITHIN_MS);
  people.stop();
  await written;
  agent.close();
  const accepted = people.customers.flatMap((customer) =>
    customer.accepted.map(({ clientId }) => `website/${customer.visitor}/${clientId}`),
  );
  expect(accepted.length).toBeGreaterThan(0);
  expect(await database.store.messages.countDocuments({ _id: { $in: accepted } })).toBe(accepted.length);
  expect(await database.store.presence.countDocuments({ sockets: { $gt: 0 } })).toBe(0);
}, 60_000);

test("the log carries one trace from wire to agent, and neither what was said nor any secret", async () => {
  const gateway = await startGateway({ config: roomy(), env: { LOG_LEVEL: "trace" } });
  const key = await gateway.apiKey();
  const cookie = await gateway.cookie();
  const customer = await visitor(gateway);
  const agent = await agentSocket(gateway, { key });
  const { id } = await customer.send("my card number is 4929-1234");
  const { number } = await eventually(() => {
    const ticket = customer.tickets.at(-1);
    if (!ticket) throw new Error("no ticket yet");
    return ticket;
  });
  await agent.reply(number, "a very private answer");
  await customer.receives(({ from }) => from === "agent");
  await gateway.api("GET", "/tickets?q=4929-1234");
  const trace = (await gateway.store.messages.findOne({ _id: String(id) }))?.trace;
  const traced = gateway.log().filter((line) => line.trace === trace);
  expect(traced.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["received", "filed", "sent"]));
  customer.close();
  agent.close();
  expect(await gateway.stop()).toBe(0);
  const said = gateway.lines.join("\n");
  const secrets = ["4929-1234", "private answer", key, customer.session.token, gateway.admin.password];
  for (const secret of [...secrets, cookie.split("=")[1] ?? "-"]) expect(said).not.toContain(secret);
});

test("each decision names the configuration it was made with, which is published without its secrets", async () => {
  const secret = "0123456789abcdef0123456789abcdef";
  const members = `  members: { channel: webchat, name: Members, queue: support, identitySecret: "${secret}" }`;
  const gateway = await startGateway({ config: roomy(members) });
  const { store } = gateway;
  const customer = await visitor(gateway);
  await customer.send("hello");
  await customer.receives(({ from }) => from === "gateway");
  const made = await store.events.distinct("configuration");
  expect(made).toHaveLength(1);
  const published = await store.configurations.findOne({ _id: String(made[0]) });
  expect(published?.configuration).toMatchObject({ inboxes: { members: { name: "Members" } } });
  expect(JSON.stringify(published)).not.toContain(secret);
  customer.close();
  await gateway.stop();
});
