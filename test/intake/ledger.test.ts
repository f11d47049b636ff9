import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Refusal } from "../../src/errors.ts";
import { openLedger, type Receive } from "../../src/intake/ledger.ts";
import type { Store } from "../../src/store.ts";
import type { InboundMessage, Received } from "../../src/types.ts";
import { inbound, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

let database: Database;
let store: Store;
let core: TestCore;
let receive: Receive;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  core = testCore(store);
  receive = openLedger(core);
});
afterAll(() => database.close());

async function storedOf(messages: InboundMessage[]): Promise<number> {
  return store.messages.countDocuments({ _id: { $in: messages.map(idOf) } });
}

const idOf = ({ inbox, externalId }: InboundMessage) => `${inbox}/${externalId}`;

test("a message is in the ledger, with its raw payload, when its caller hears of it", async () => {
  const message = inbound({ raw: { Body: "as it came", "a.b": { $gt: "" } } });
  const answer = await receive(message);
  expect(answer).toEqual({ id: idOf(message), receivedAt: message.receivedAt, duplicate: false });
  expect(await store.messages.findOne({ _id: answer.id })).toMatchObject({
    text: message.text,
    raw: message.raw,
    state: "received",
    unfiled: true,
  });
});

test("a burst shares inserts, and each caller gets its own answer", async () => {
  await store.db.command({ profile: 2 });
  const messages = Array.from({ length: 500 }, () => inbound());
  const answers = await Promise.all(messages.map(receive));
  await store.db.command({ profile: 0 });
  expect(answers.map(({ id }) => id)).toEqual(messages.map(idOf));
  expect(await storedOf(messages)).toBe(500);
  const inserts = await store.db.collection("system.profile").countDocuments({ op: "insert" });
  expect(inserts).toBeGreaterThan(0);
  expect(inserts).toBeLessThan(20);
});

test("a conversation is hinted at once for a burst, after the answers", async () => {
  const conversationId = `v-${randomUUID()}`;
  await Promise.all(Array.from({ length: 50 }, () => receive(inbound({ conversationId }))));
  const ids = await eventually(() => {
    const found = core.hinted.flatMap((hint) => hint.ids).filter((id) => id === `website/${conversationId}`);
    expect(found.length).toBeGreaterThan(0);
    return found;
  });
  expect(ids.length).toBeLessThan(50);
});

test("the same message 100 times at once, through two processes, is one row, and all hear of the first", async () => {
  const other = openLedger(testCore(await database.connect()));
  const message = inbound();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => (i % 2 ? receive : other)({ ...message, receivedAt: new Date() })),
  );
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([idOf(message)]));
  expect(new Set(answers.map(({ receivedAt }) => receivedAt.getTime())).size).toBe(1);
  expect(await store.messages.countDocuments({ conversationId: message.conversationId })).toBe(1);
});

test("an id used again for another content keeps both, flagged, however often each is repeated", async () => {
  const first = inbound({ text: "first" });
  const second = { ...first, text: "second" };
  const answers: Received[] = [];
  for (const message of [first, second, first, second, second]) answers.push(await receive(message));
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, false, true, true, true]);
  expect(answers[0]?.id).toBe(answers[2]?.id);
  expect(new Set([answers[1]?.id, answers[3]?.id, answers[4]?.id]).size).toBe(1);
  const rows = await store.messages.find({ conversationId: first.conversationId }).sort({ order: 1 }).toArray();
  expect(rows.map(({ text, conflictsWith }) => [text, conflictsWith])).toEqual([
    ["first", undefined],
    ["second", idOf(first)],
  ]);
});

const cycle: Record<string, unknown> = {};
cycle.itself = cycle;
const nested = (levels: number): unknown => (levels === 0 ? "bottom" : { deeper: nested(levels - 1) });

const badNeighbours: [name: string, message: Partial<InboundMessage>][] = [
  ["is larger than a document may be", { text: "x".repeat(9 * 1024 * 1024) }],
  ["has a payload that refers to itself", { raw: cycle }],
  ["has a payload nested deeper than MongoDB takes", { raw: nested(190) }],
  ["has a payload with a null character in a key", { raw: { "a\0b": 1 } }],
];

test.each(badNeighbours)("one that %s is refused alone: its neighbours are stored", async (_name, bad) => {
  const before = Array.from({ length: 20 }, () => inbound());
  const poison = inbound(bad);
  const after = Array.from({ length: 20 }, () => inbound());
  const outcomes = await Promise.allSettled([...before, poison, ...after].map(receive));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...before.map(() => "fulfilled"),
    "rejected",
    ...after.map(() => "fulfilled"),
  ]);
  const refusal = outcomes[before.length] as PromiseRejectedResult;
  expect(refusal.reason).toBeInstanceOf(Refusal);
  expect(refusal.reason.status).toBeLessThan(500);
  expect(await storedOf([...before, ...after])).toBe(40);
  expect(await storedOf([poison])).toBe(0);
});

const harmless: [name: string, raw: unknown][] = [
  ["operators", { $where: "1", nested: { $gt: "" } }],
  ["a half reference", { $ref: "messages", $id: 1 }],
  ["100 levels", nested(100)],
  ["dots in keys", { "a.b.c": 1 }],
  ["__proto__ as a key", JSON.parse('{"__proto__": {"polluted": true}}')],
  ["64 hex digits", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"],
];

test.each(harmless)("a payload with %s is stored as it came", async (_name, raw) => {
  const message = inbound({ raw });
  await receive(message);
  expect(JSON.stringify((await store.messages.findOne({ _id: idOf(message) }))?.raw)).toBe(JSON.stringify(raw));
});

test("half of a surrogate pair hurts nobody", async () => {
  const [bad, good] = [inbound({ text: "\ud83d" }), inbound()];
  await Promise.all([bad, good].map(receive));
  expect(await storedOf([bad, good])).toBe(2);
});

test("more than may wait is not stored, says 503, and hurts nobody who came before", async () => {
  const large = "x".repeat(1024 * 1024);
  const messages = Array.from({ length: 80 }, () => inbound({ text: large }));
  const outcomes = await Promise.allSettled(messages.map(receive));
  const stored = messages.filter((_, i) => outcomes[i]?.status === "fulfilled");
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ reason }) => reason.code === "not_stored" && reason.status === 503)).toBe(true);
  // What a slow disk took too late was refused, and may be there all the same: its repeat meets it.
  expect(await storedOf(stored)).toBe(stored.length);
  expect((await receive(inbound())).duplicate).toBe(false);
});

test("a failed write concern means not stored for all of the batch; sent again, each is there once", async () => {
  const elsewhere = await database.connect();
  const insertMany = elsewhere.messages.insertMany.bind(elsewhere.messages);
  // One member cannot do for two: MongoDB writes, and says that it cannot vouch for it.
  const unsatisfiable: typeof insertMany = (documents, options) =>
    insertMany(documents, { ...options, writeConcern: { w: 2, wtimeoutMS: 50 } });
  Object.assign(elsewhere.messages, { insertMany: unsatisfiable });
  const ledger = openLedger(testCore(elsewhere));
  const known = inbound();
  await receive(known);
  const batch = [known, inbound(), inbound()];
  expect(await refusalsOf(batch.map(ledger))).toEqual(["not_stored", "not_stored", "not_stored"]);
  await Promise.all(batch.map(receive));
  expect(await storedOf(batch)).toBe(3);
});

test("what waits behind an append that finds no MongoDB is refused with it: it does not look for one as long once more", async () => {
  const elsewhere = await database.connect();
  const fail: ((fault: Error) => void)[] = [];
  const insertMany = () => new Promise((_, reject) => fail.push(reject));
  Object.assign(elsewhere.messages, { insertMany });
  const ledger = openLedger(testCore(elsewhere));
  const first = ledger(inbound());
  await eventually(() => expect(fail).toHaveLength(1));
  const second = ledger(inbound());
  fail[0]?.(new Error("none is there"));
  expect(await refusalsOf([first, second])).toEqual(["not_stored", "not_stored"]);
  expect(fail).toHaveLength(1);
});

test("a store that is gone means not stored", async () => {
  const elsewhere = await database.connect();
  const ledger = openLedger(testCore(elsewhere));
  await elsewhere.client.close();
  expect(await refusalsOf([ledger(inbound()), ledger(inbound())])).toEqual(["not_stored", "not_stored"]);
});

async function refusalsOf(calls: Promise<Received>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "stored"));
}

test("a signal is stored once, and a repeat is told from the first", async () => {
  const signal = {
    inbox: "website",
    channel: "webchat",
    conversationId: `v-${randomUUID()}`,
    kind: "delivery" as const,
    upTo: 3,
    state: "read" as const,
    at: new Date(),
  };
  const answers = await Promise.all([receive(signal), receive(signal)]);
  expect(answers.map(({ duplicate }) => duplicate).sort()).toEqual([false, true]);
  expect(await store.signals.countDocuments({ conversation: `website/${signal.conversationId}` })).toBe(1);
});
