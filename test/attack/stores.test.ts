import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { agentSocket } from "../support/agent.ts";
import { roomy } from "../support/config.ts";
import { crowd, expectKept } from "../support/crowd.ts";
import type { Database } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { type OwnStores, startOwnStores } from "../support/own-stores.ts";
import { visitor } from "../support/visitor.ts";

/** The wire hears "not stored" within a second; twice that is allowed to a test on a busy machine. */
const REFUSED_WITHIN_MS = 2_000;

let stores: OwnStores;
let database: Database;
let gateway: Gateway;

beforeAll(async () => {
  stores = await startOwnStores();
  database = await stores.openDatabase();
  gateway = await startGateway({ config: roomy(), database });
});
afterAll(async () => {
  await gateway.stop();
  await database.close();
  await stores.stop();
});

test("while MongoDB does not answer, a sender hears not_stored soon; the same message sent again is there once", async () => {
  const ann = await visitor(gateway);
  expect((await ann.send("before")).ok).toBe(true);
  const frozen = await stores.freeze("mongodb");
  const clientId = randomUUID();
  const from = Date.now();
  const answer = await ann.send("meanwhile", clientId).finally(frozen.goOn);
  expect(answer).toMatchObject({ ok: false, error: { code: "not_stored" } });
  expect(Date.now() - from).toBeLessThan(REFUSED_WITHIN_MS);
  await eventually(async () => expect((await ann.send("meanwhile", clientId)).ok).toBe(true));
  await eventually(async () => {
    const texts = (await ann.history()).filter(({ from }) => from === "customer").map(({ text }) => text);
    expect(texts).toEqual(["before", "meanwhile"]);
  });
  ann.close();
});

test("with MongoDB killed while customers write, what was accepted is there once, filed and acknowledged", async () => {
  const people = crowd(8, () => gateway);
  const written = people.write(40);
  for (let kills = 0; kills < 2; kills++) {
    const before = await accepted();
    await eventually(async () => expect(await accepted()).toBeGreaterThan(before + 30));
    await stores.kill("mongodb");
  }
  await written;
  await expectKept(database.store, people);
}, 120_000);

test("with Redis killed and frozen while customers write, each message is accepted, filed and acknowledged, once", async () => {
  const people = crowd(8, () => gateway);
  await stores.kill("redis");
  await people.write(10);
  const frozen = await stores.freeze("redis");
  try {
    const ann = await visitor(gateway);
    const from = Date.now();
    expect((await ann.send("without Redis")).ok).toBe(true);
    expect(Date.now() - from).toBeLessThan(REFUSED_WITHIN_MS);
    ann.close();
    await people.write(10);
    await expectKept(database.store, people);
  } finally {
    frozen.goOn();
  }
  await people.write(2);
  await expectKept(database.store, people);
}, 120_000);

test("Redis emptied in between loses no work, and a repeat is still a repeat", async () => {
  const ann = await visitor(gateway);
  const clientId = randomUUID();
  const first = await ann.send("once", clientId);
  await stores.kill("redis");
  await eventually(async () => expect((await ann.send("once", clientId)).id).toBe(first.id));
  await ann.receives(({ from }) => from === "gateway");
  expect((await ann.history()).filter(({ text }) => text === "once")).toHaveLength(1);
  ann.close();
});

test("while Redis is away, who is connected still reads the answer, and an agent still gets the ticket", async () => {
  const agent = await agentSocket(gateway, { key: await gateway.apiKey("Amina") });
  const ann = await visitor(gateway);
  await ann.send("hello");
  const { number } = await eventually(() => {
    const ticket = ann.tickets.at(-1);
    if (!ticket) throw new Error("no ticket yet");
    return ticket;
  });
  await agent.ask("watch", { number, after: 0 });
  const frozen = await stores.freeze("redis");
  try {
    expect((await agent.reply(number, "without Redis")).ok).toBe(true);
    expect((await ann.send("thanks to MongoDB")).ok).toBe(true);
    await ann.receives(({ text }) => text === "without Redis");
    await agent.receives<{ message: { text: string } }>(
      "message",
      ({ message }) => message.text === "thanks to MongoDB",
    );
  } finally {
    frozen.goOn();
  }
  expect(ann.messages.filter(({ text }) => text === "without Redis")).toHaveLength(1);
  ann.close();
  agent.close();
}, 60_000);

async function accepted(): Promise<number> {
  return database.store.messages.countDocuments({ kind: "inbound" }).catch(() => 0);
}
