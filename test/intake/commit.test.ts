import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openFiling } from "../../src/intake/filing.ts";
import { openLedger } from "../../src/intake/ledger.ts";
import type { Store } from "../../src/store.ts";
import { openNumbers } from "../../src/tickets/numbers.ts";
import { inbound, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

/** More than share one transaction. */
const MANY = 40;

let database: Database;
let store: Store;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
});
afterAll(() => database.close());

/** A worker that counts its transactions. */
function worker() {
  let transactions = 0;
  const counting: Store = {
    ...store,
    transaction: (work) => {
      transactions++;
      return store.transaction(work);
    },
  };
  const core = testCore(counting);
  const file = openFiling(core, openNumbers(store));
  return { core, file, receive: openLedger(core), transactions: () => transactions };
}

async function firstMessages(receive: ReturnType<typeof openLedger>, count: number, address?: string) {
  const conversations = Array.from({ length: count }, () => `v-${randomUUID()}`);
  await Promise.all(
    conversations.map((conversationId) =>
      receive(inbound({ conversationId, ...(address && { from: { address } }), text: "hello" })),
    ),
  );
  return conversations.map((conversationId) => `website/${conversationId}`);
}

async function expectFiled(conversations: string[]): Promise<void> {
  const tickets = await store.tickets.find({ conversation: { $in: conversations } }).toArray();
  expect(tickets.map(({ conversation }) => conversation).sort()).toEqual([...conversations].sort());
  const written = await store.messages.find({ conversation: { $in: conversations } }).toArray();
  expect(
    written.filter(({ kind }) => kind === "inbound").every(({ state, seq }) => state === "filed" && seq === 1),
  ).toBe(true);
  expect(written.filter(({ kind }) => kind === "ack")).toHaveLength(conversations.length);
}

test("conversations that are filed at once share transactions, and each is filed whole", async () => {
  const { file, receive, transactions } = worker();
  const conversations = await firstMessages(receive, MANY);
  await Promise.all(conversations.map(file));
  await expectFiled(conversations);
  expect(transactions()).toBeLessThan(MANY);
});

test("one that cannot be written together with the others holds up none of them, and is decided again", async () => {
  const { file, receive } = worker();
  const address = `v-${randomUUID()}`;
  // Each makes the same new contact, so that only one of them can.
  const rivals = await firstMessages(receive, 3, address);
  const others = await firstMessages(receive, 5);
  await Promise.all([...rivals, ...others].map(file));
  await expectFiled([...rivals, ...others]);
  expect(await store.contacts.countDocuments({ addresses: `webchat:${address}` })).toBe(1);
});
