import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startSweep } from "../src/sweep.ts";
import type { Message } from "../src/types.ts";
import { type TestCore, testCore } from "./support/core.ts";
import { type Database, openDatabase } from "./support/database.ts";
import { eventually } from "./support/eventually.ts";

let database: Database;
let core: TestCore;

beforeAll(async () => {
  database = await openDatabase();
  core = testCore(database.store);
});
afterAll(() => database.close());

const unsent = (conversation: string) =>
  ({
    _id: `reply/${conversation}`,
    kind: "reply",
    inbox: "i",
    conversation,
    seq: 1,
    state: "queued",
    unsent: true,
  }) as Message;

test("thousands of conversations that nobody can send for keep none of the others waiting", async () => {
  const stuck = Array.from({ length: 2_500 }, (_, index) => unsent(`gone/${String(index).padStart(5, "0")}`));
  await database.store.messages.insertMany([...stuck, unsent("website/last")]);
  const sent = new Set<string>();
  const sweep = startSweep(core, {
    file: async () => undefined,
    send: async (conversation) => void sent.add(conversation),
    sweepFiles: async () => undefined,
  });
  await eventually(() => expect(sent.has("website/last")).toBe(true));
  await sweep.close();
  expect(sent.size).toBe(2_501);
});

test("one conversation that fails keeps none of the others waiting", async () => {
  await database.store.messages.deleteMany({});
  await database.store.messages.insertMany([unsent("website/bad"), unsent("website/good")]);
  const sent = new Set<string>();
  const sweep = startSweep(core, {
    file: async () => undefined,
    async send(conversation) {
      if (conversation === "website/bad") throw new Error("broken");
      sent.add(conversation);
    },
    sweepFiles: async () => undefined,
  });
  await eventually(() => expect([...sent]).toEqual(["website/good"]));
  await sweep.close();
});
