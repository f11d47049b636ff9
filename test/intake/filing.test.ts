import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MAX_TRIES } from "../../src/intake/decide.ts";
import { type File, openFiling } from "../../src/intake/filing.ts";
import { openLedger, type Receive } from "../../src/intake/ledger.ts";
import { customerTicket } from "../../src/live/customers.ts";
import type { Store } from "../../src/store.ts";
import { openActions } from "../../src/tickets/actions.ts";
import { openNumbers } from "../../src/tickets/numbers.ts";
import type { Files } from "../../src/types.ts";
import { inbound, makeAgent, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

/** Each is a message, a note and a reply of each process, all for the same conversation's last place. */
const ROUNDS = 6;

let database: Database;
let store: Store;
let workers: { core: TestCore; receive: Receive; file: File }[];

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  workers = await Promise.all([store, database.connect(), database.connect()].map(async (each) => start(await each)));
});
afterAll(() => database.close());

function start(on: Store) {
  const core = testCore(on);
  return { core, receive: openLedger(core), file: openFiling(core, openNumbers(on)) };
}

function worker(index: number) {
  const found = workers[index % workers.length];
  if (!found) throw new Error("no worker");
  return found;
}

const noFiles: Files = {
  store: () => Promise.reject(new Error("no files here")),
  claim: async () => [],
  open: async () => null,
};

function conversation(): { conversationId: string; id: string } {
  const conversationId = `v-${randomUUID()}`;
  return { conversationId, id: `website/${conversationId}` };
}

async function placesOf(id: string): Promise<number[]> {
  const rows = await store.messages
    .find({ conversation: id, seq: { $exists: true } })
    .sort({ seq: 1 })
    .toArray();
  return rows.map(({ seq }) => seq ?? 0);
}

test("a ticket with a lower number, from the block of another worker, is the current one when it was opened later", async () => {
  const { conversationId, id } = conversation();
  const [early, late] = [openNumbers(store), openNumbers(store)];
  early.giveBack(await early.take(1));
  const { core, receive } = worker(0);
  await receive(inbound({ conversationId, text: "one" }));
  await openFiling(core, late)(id);
  const first = await store.tickets.findOne({ conversation: id });
  await openActions(core, late, noFiles).close(await makeAgent(store), first?.number ?? 0);
  for (const text of ["two", "three", "four"]) {
    await receive(inbound({ conversationId, text }));
    await openFiling(core, early)(id);
  }
  const tickets = await store.tickets.find({ conversation: id }).sort({ createdAt: 1 }).toArray();
  expect(tickets.map(({ subject }) => subject)).toEqual(["one", "two"]);
  expect(tickets[1]?.number).toBeLessThan(tickets[0]?.number ?? 0);
  expect(await customerTicket(core, id)).toMatchObject({ number: tickets[1]?.number, status: "new" });
  expect(await store.messages.countDocuments({ conversation: id, unfiled: true })).toBe(0);
});

test("what a customer writes goes to the ticket that an agent reopened, though a later one is resolved", async () => {
  const { conversationId, id } = conversation();
  const { core, receive, file } = worker(0);
  const agent = await makeAgent(store);
  const actions = openActions(core, openNumbers(store), noFiles);
  const says = async (text: string) => {
    await receive(inbound({ conversationId, text }));
    await file(id);
    return (await store.messages.findOne({ conversation: id, text }))?.number ?? 0;
  };
  const first = await says("one");
  await actions.close(agent, first);
  const second = await says("two");
  await actions.resolve(agent, second);
  await actions.reopen(agent, first);
  expect(await says("three")).toBe(first);
});

test("messages of one connection are filed in the order they came in, though the wall clock was set back between them", async () => {
  const { conversationId, id } = conversation();
  const core = testCore(store, { now: () => clock });
  const receive = openLedger(core);
  let clock = new Date();
  for (const text of ["one", "two", "three"]) {
    await receive(inbound({ conversationId, text, receivedAt: clock }));
    clock = new Date(clock.getTime() - 3_600_000);
  }
  await worker(0).file(id);
  const filed = await store.messages.find({ conversation: id, kind: "inbound" }).sort({ seq: 1 }).toArray();
  expect(filed.map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

test("messages that arrive while three workers file at once make one ticket, one contact, one acknowledgement, no gap", async () => {
  const talks = Array.from({ length: 15 }, conversation);
  await Promise.all(
    talks.flatMap(({ conversationId, id }) =>
      Array.from({ length: 8 }, async (_, i) => {
        await worker(i).receive(inbound({ conversationId }));
        await Promise.all([worker(i).file(id), worker(i + 1).file(id)]);
      }),
    ),
  );
  for (const { id } of talks) await worker(0).file(id);
  for (const { conversationId, id } of talks) {
    expect(await store.messages.countDocuments({ conversation: id, unfiled: true })).toBe(0);
    expect(await store.tickets.countDocuments({ conversation: id })).toBe(1);
    expect(await store.contacts.countDocuments({ addresses: `webchat:${conversationId}` })).toBe(1);
    expect(await store.messages.countDocuments({ conversation: id, kind: "ack" })).toBe(1);
    expect(await placesOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await store.conversations.findOne({ _id: id }))?.lastSeq).toBe(9);
  }
  const numbers = (await store.tickets.find().toArray()).map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("filing in any order of hints, and again, changes nothing", async () => {
  const { conversationId, id } = conversation();
  for (let i = 0; i < 3; i++) await worker(i).receive(inbound({ conversationId, text: `part ${i}` }));
  await worker(0).file(id);
  const before = await store.messages.find({ conversation: id }).sort({ seq: 1 }).toArray();
  await Promise.all([0, 1, 2, 0, 1, 2].map((i) => worker(i).file(id)));
  expect(await store.messages.find({ conversation: id }).sort({ seq: 1 }).toArray()).toEqual(before);
  expect(before.filter(({ kind }) => kind === "inbound").map(({ text }) => text)).toEqual([
    "part 0",
    "part 1",
    "part 2",
  ]);
  expect((await store.tickets.findOne({ conversation: id }))?.version).toBe(1);
});

test("who has read seq n has seen all before it, while customers, replies and notes are written by three processes", async () => {
  const { conversationId, id } = conversation();
  await worker(0).receive(inbound({ conversationId }));
  await worker(0).file(id);
  const number = (await store.tickets.findOne({ conversation: id }))?.number ?? 0;
  const agent = await makeAgent(store);
  let writing = true;
  const writers = Promise.all(
    workers.map(async ({ core, receive, file }) => {
      const actions = openActions(core, openNumbers(core.store), noFiles);
      for (let i = 0; i < ROUNDS; i++) {
        await receive(inbound({ conversationId }));
        await Promise.all([file(id), say(() => actions.note(agent, number, { clientId: randomUUID(), text: "note" }))]);
        await say(() => actions.reply(agent, number, { clientId: randomUUID(), text: "reply" }));
      }
    }),
  ).finally(() => {
    writing = false;
  });
  let reads = 0;
  const seen = new Set<number>();
  const reader = await database.connect();
  while (writing) {
    const after = Math.max(0, ...seen);
    const rows = await reader.messages
      .find({ conversation: id, seq: { $gt: after } })
      .sort({ seq: 1 })
      .toArray();
    for (const { seq = 0 } of rows) seen.add(seq);
    expect(seen.size).toBe(Math.max(0, ...seen));
    reads++;
  }
  await writers;
  expect(reads).toBeGreaterThan(10);
  const places = await placesOf(id);
  expect(places).toEqual(places.map((_, index) => index + 1));
  expect(places.length).toBe(2 + 3 * ROUNDS * 3);
});

/** Under so much contention a writer may be told to try again; it must not be told anything else. */
async function say<T>(act: () => Promise<T>): Promise<T> {
  return eventually(async () => {
    try {
      return await act();
    } catch (fault) {
      expect(fault).toMatchObject({ code: "busy" });
      throw fault;
    }
  });
}

describe("a message that cannot be read", () => {
  /** As no version of ours writes it: its text is no text. */
  async function poison(conversationId: string): Promise<string> {
    const { id } = await worker(0).receive(inbound({ conversationId, text: "poison" }));
    await store.messages.updateOne({ _id: id }, { $set: { text: 7 as never } });
    return id;
  }

  test.each([
    ["first in its conversation", false],
    ["into an open ticket", true],
  ])("%s, becomes a ticket that says so after a few tries, with what is behind it", async (_name, withTicket) => {
    const { conversationId, id } = conversation();
    if (withTicket) {
      await worker(0).receive(inbound({ conversationId }));
      await worker(0).file(id);
    }
    const dead = await poison(conversationId);
    const { id: behind } = await worker(0).receive(inbound({ conversationId, text: "I am fine" }));
    for (let i = 0; i <= MAX_TRIES; i++) await worker(i).file(id);
    expect(await store.messages.findOne({ _id: dead })).toMatchObject({ state: "dead", number: expect.any(Number) });
    expect(await store.messages.findOne({ _id: behind })).toMatchObject({ state: "filed" });
    expect(await store.messages.findOne({ _id: dead })).toMatchObject({ raw: {}, fault: expect.any(String) });
    const ticket = (await store.messages.findOne({ _id: dead }))?.ticket ?? "";
    expect((await store.events.find({ ticket }).toArray()).map(({ kind }) => kind)).toContain("unreadable");
    const places = await placesOf(id);
    expect(places).toEqual(places.map((_, index) => index + 1));
  });

  test("counts no try against it while MongoDB is away", async () => {
    const { conversationId, id } = conversation();
    const away = start(await database.connect());
    await worker(0).receive(inbound({ conversationId }));
    await away.core.store.client.close();
    await expect(away.file(id)).rejects.toThrow();
    const message = await store.messages.findOne({ conversation: id });
    expect(message).toMatchObject({ unfiled: true });
    expect(message).not.toHaveProperty("tries");
  });
});
