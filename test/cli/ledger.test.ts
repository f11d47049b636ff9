import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Message } from "../../src/types.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { run } from "./run.ts";

let database: Database;
const ledger = (...args: string[]) => run("ledger", args, { MONGODB_URL: database.mongodbUrl });

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

function message(id: string, fields: Partial<Message>): Message {
  return {
    _id: id,
    kind: "inbound",
    inbox: "website",
    channel: "webchat",
    conversation: "website/v",
    conversationId: "v",
    from: { address: "v" },
    text: "Hello",
    attachments: [],
    receivedAt: new Date("2026-01-02T03:04:05Z"),
    order: 1,
    hash: "h",
    trace: "t",
    state: "filed",
    ...fields,
  };
}

test("an empty list says that all is well", async () => {
  expect(await ledger("list")).toEqual({ code: 0, out: "", err: "All messages are filed.\n" });
});

test("list shows what waits or could not be read, with the reason, one line each, whatever strangers wrote", async () => {
  await database.store.messages.insertMany([
    message("website/fine", {}),
    message("website/dead\u001b[2J", { state: "dead", tries: 5, fault: "no text\nat all", number: 1001 }),
    message("website/waits", { state: "received", unfiled: true }),
  ]);
  const { code, out } = await ledger("list");
  expect(code).toBe(0);
  expect(out.split("\n")).toEqual([
    "website/dead [2J\t2026-01-02T03:04:05.000Z\twebsite\tdead\tticket 1001\t5 tries\tno text at all",
    "website/waits\t2026-01-02T03:04:05.000Z\twebsite\treceived\tno ticket yet\t0 tries\twaits to be filed",
    "",
  ]);
});

test("show prints the whole message with what came with it", async () => {
  await database.store.messages.insertOne(message("website/raw", { raw: { vendor: { deep: [1] } } }));
  const { code, out } = await ledger("show", "website/raw");
  expect([code, JSON.parse(out)]).toEqual([
    0,
    expect.objectContaining({ _id: "website/raw", raw: { vendor: { deep: [1] } } }),
  ]);
  expect(await ledger("show", "website/none")).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("no message"),
  });
});

test("retry hands a dead letter back to filing with its tries counted anew; what is filed is left alone", async () => {
  await database.store.messages.insertOne(message("website/again", { state: "dead", tries: 5, fault: "no text" }));
  expect((await ledger("retry", "website/again")).code).toBe(0);
  const again = await database.store.messages.findOne({ _id: "website/again" });
  expect(again).toMatchObject({ state: "received", unfiled: true });
  expect(again).not.toHaveProperty("tries");
  expect(await ledger("retry", "website/fine")).toMatchObject({
    code: 1,
    err: expect.stringContaining("website/fine"),
  });
  expect(await database.store.messages.findOne({ _id: "website/fine" })).not.toHaveProperty("unfiled");
});

test("what is not understood shows how it is used", async () => {
  for (const args of [[], ["show"], ["drop", "x"]]) {
    const { code, err } = await ledger(...args);
    expect([code, err.includes("npm run ledger -- retry ID")]).toEqual([2, true]);
  }
});
