import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type File, openFiling } from "../../src/intake/filing.ts";
import { openLedger, type Receive } from "../../src/intake/ledger.ts";
import type { Store } from "../../src/store.ts";
import { openActions } from "../../src/tickets/actions.ts";
import { openNumbers } from "../../src/tickets/numbers.ts";
import type { Agent, Files } from "../../src/types.ts";
import { inbound, makeAgent, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

let database: Database;
let store: Store;
let core: TestCore;
let receive: Receive;
let file: File;
let agent: Agent;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  core = testCore(store);
  receive = openLedger(core);
  file = openFiling(core, openNumbers(store));
  agent = await makeAgent(store);
});
afterAll(() => database.close());

const noFiles: Files = {
  store: () => Promise.reject(new Error("no files here")),
  claim: async () => [],
  open: async () => null,
};

function conversation(): { conversationId: string; id: string } {
  const conversationId = `v-${randomUUID()}`;
  return { conversationId, id: `website/${conversationId}` };
}

test("news moves a state up only, whatever order it comes in", async () => {
  const { conversationId, id } = conversation();
  await receive(inbound({ conversationId }));
  await file(id);
  const number = (await store.tickets.findOne({ conversation: id }))?.number ?? 0;
  const reply = await openActions(core, openNumbers(store), noFiles).reply(agent, number, {
    clientId: "1",
    text: "a",
  });
  const news = { inbox: "website", channel: "webchat", conversationId, kind: "delivery" as const, at: new Date() };
  for (const state of ["read", "delivered", "sent", "failed"] as const) {
    await receive({ ...news, target: reply._id, state });
    await file(id);
    expect((await store.messages.findOne({ _id: reply._id }))?.state).toBe("read");
  }
  expect(await store.signals.countDocuments({ conversation: id, unfiled: true })).toBe(0);
});

test("news that a message failed at the vendor is in its ticket's history, once", async () => {
  const { conversationId, id } = conversation();
  await receive(inbound({ conversationId }));
  await file(id);
  const { _id: target = "" } = (await store.messages.findOne({ conversation: id, kind: "ack" })) ?? {};
  await store.messages.updateOne({ _id: target }, { $set: { state: "sent" } });
  const failed = { kind: "delivery" as const, state: "failed" as const, reason: "unknown number", at: new Date() };
  const { id: signal } = await receive({ inbox: "website", channel: "webchat", conversationId, target, ...failed });
  await file(id);
  await store.signals.updateOne({ _id: signal }, { $set: { unfiled: true } });
  await file(id);
  expect(await store.messages.findOne({ _id: target })).toMatchObject({ state: "failed", fault: "unknown number" });
  const events = await store.events.find({ "data.message": target }).toArray();
  expect(events).toMatchObject([{ kind: "delivery_failed", data: { reason: "unknown number" } }]);
});

test("news that names another conversation's message changes nothing of it", async () => {
  const [mine, theirs] = [conversation(), conversation()];
  for (const { conversationId, id } of [mine, theirs]) {
    await receive(inbound({ conversationId }));
    await file(id);
  }
  const number = (await store.tickets.findOne({ conversation: theirs.id }))?.number ?? 0;
  const reply = await openActions(core, openNumbers(store), noFiles).reply(agent, number, {
    clientId: "2",
    text: "a",
  });
  const { conversationId } = mine;
  const news = { inbox: "website", channel: "webchat", conversationId, kind: "delivery" as const, at: new Date() };
  await receive({ ...news, target: reply._id, state: "failed" });
  await file(mine.id);
  expect((await store.messages.findOne({ _id: reply._id }))?.state).toBe("queued");
});
