import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Store } from "../../src/store.ts";
import type { Agent, Ticket } from "../../src/types.ts";
import { makeAgent, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { type TestDesk, testDesk } from "../support/desk.ts";

let database: Database;
let store: Store;
let core: TestCore;
let desk: TestDesk;
let other: TestDesk;
let ann: Agent;
let bob: Agent;
let ticket: Ticket;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  core = testCore(store);
  desk = testDesk(core);
  other = testDesk(testCore(await database.connect()));
});
afterAll(() => database.close());
beforeEach(async () => {
  [ann, bob] = [await makeAgent(store, { name: "Ann" }), await makeAgent(store, { name: "Bob" })];
  ticket = await desk.says();
});

const say = (text: string, clientId: string = randomUUID()) => ({ clientId, text });
const kinds = async () => (await desk.events(ticket)).map(({ kind }) => kind);

describe("a reply", () => {
  test("gives the ball to the customer, meets the promise, and takes a ticket that nobody has", async () => {
    const reply = await desk.actions.reply(ann, ticket.number, say("It is on its way."));
    expect(reply).toMatchObject({ kind: "reply", state: "queued", unsent: true, seq: 3, agent: { name: "Ann" } });
    expect(await desk.now(ticket)).toMatchObject({
      status: "waiting",
      waitingSince: null,
      assignee: { id: ann._id },
      clocks: { firstResponse: { metAt: reply.receivedAt } },
      lastMessage: { from: "agent", text: "It is on its way.", seq: 3 },
    });
    expect(await desk.now(ticket)).not.toHaveProperty("unrouted");
    expect(core.hinted).toContainEqual({ queue: "outbound-website", ids: [ticket.conversation] });
    expect(await kinds()).toEqual(["opened", "acknowledged", "replied"]);
  });

  test("sent twenty times at once through two processes is one message, and all are told the same", async () => {
    const answer = say("Once only.");
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? desk : other).actions.reply(ann, ticket.number, answer)),
    );
    expect(new Set(replies.map(({ _id, seq }) => `${_id} ${seq}`)).size).toBe(1);
    expect(await store.messages.countDocuments({ ticket: ticket._id, kind: "reply" })).toBe(1);
    expect((await kinds()).filter((kind) => kind === "replied")).toHaveLength(1);
  });

  test("under a used id with another text is refused", async () => {
    await desk.actions.reply(ann, ticket.number, say("first", "same"));
    await expect(desk.actions.reply(ann, ticket.number, say("second", "same"))).rejects.toMatchObject({
      code: "id_used",
    });
  });

  test("of two agents under one id are two messages", async () => {
    await desk.actions.reply(ann, ticket.number, say("from Ann", "1"));
    await desk.actions.reply(bob, ticket.number, say("from Bob", "1"));
    expect(await store.messages.countDocuments({ ticket: ticket._id, kind: "reply" })).toBe(2);
  });

  test("of many agents at once are all there, in one order without a gap", async () => {
    const agents = await Promise.all(Array.from({ length: 8 }, () => makeAgent(store)));
    await Promise.all(
      agents.map((agent, i) => (i % 2 ? desk : other).actions.reply(agent, ticket.number, say(`${i}`))),
    );
    const messages = await store.messages.find({ ticket: ticket._id }).sort({ seq: 1 }).toArray();
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1));
    expect(messages).toHaveLength(10);
    expect((await desk.now(ticket)).lastMessage.seq).toBe(10);
  });

  test("that crosses a customer's message leaves it our turn, whichever was first", async () => {
    await Promise.all([
      desk.actions.reply(ann, ticket.number, say("crossing")),
      other.says({ conversationId: ticket.conversationId, text: "one more thing" }),
    ]);
    const { lastMessage, status, waitingSince } = await desk.now(ticket);
    expect([status, waitingSince === null]).toEqual(
      lastMessage.from === "customer" ? ["open", false] : ["waiting", true],
    );
  });

  test.each([
    ["nothing", "empty", ""],
    ["blanks", "empty", " \n"],
    ["a book", "too_long", "x".repeat(20_001)],
  ])("of %s is refused as %s", async (_name, code, text) => {
    await expect(desk.actions.reply(ann, ticket.number, say(text))).rejects.toMatchObject({ code });
  });

  test("on a resolved ticket is refused, and to none is not found", async () => {
    await desk.actions.resolve(ann, ticket.number);
    await expect(desk.actions.reply(ann, ticket.number, say("late"))).rejects.toMatchObject({ code: "closed" });
    await expect(desk.actions.reply(ann, 999_999, say("lost"))).rejects.toMatchObject({
      code: "not_found",
      status: 404,
    });
  });
});

describe("a note", () => {
  test("is seen by agents only: it is sent to nobody and changes no turn", async () => {
    const note = await desk.actions.note(ann, ticket.number, say("VIP"));
    expect(note).not.toHaveProperty("unsent");
    expect(await desk.now(ticket)).toMatchObject({ status: "new", lastMessage: { from: "customer" }, assignee: null });
  });

  test("may be written on a closed ticket", async () => {
    await desk.actions.close(ann, ticket.number);
    await desk.actions.note(ann, ticket.number, say("for the record"));
    expect(await kinds()).toEqual(["opened", "acknowledged", "closed", "noted"]);
  });
});

describe("assigning", () => {
  test("a claim, a release, a hand-over to an agent and to a queue each leave their event", async () => {
    await desk.actions.claim(ann, ticket.number);
    await desk.actions.handOver(ann, ticket.number, { agent: bob._id });
    expect((await desk.now(ticket)).assignee).toEqual({ id: bob._id, name: "Bob" });
    await desk.actions.release(bob, ticket.number);
    expect(await desk.now(ticket)).toMatchObject({ assignee: null, unrouted: true, status: "new" });
    await desk.actions.handOver(ann, ticket.number, { queue: "billing" });
    expect(await desk.now(ticket)).toMatchObject({ queue: "billing", unrouted: true });
    expect(core.hinted).toContainEqual({ queue: "routing", ids: ["billing"] });
    expect(await kinds()).toEqual(["opened", "acknowledged", "claimed", "handed_over", "released", "handed_over"]);
  });

  test("to nobody, to a disabled agent or to a queue that is not there is refused, and changes nothing", async () => {
    const gone = await makeAgent(store, { disabled: true });
    await expect(desk.actions.assign(ann, ticket.number, "nobody")).rejects.toMatchObject({ status: 404 });
    await expect(desk.actions.assign(ann, ticket.number, gone._id)).rejects.toMatchObject({ status: 404 });
    await expect(desk.actions.handOver(ann, ticket.number, { queue: "nowhere" })).rejects.toMatchObject({
      status: 404,
    });
    expect((await desk.now(ticket)).version).toBe(ticket.version);
  });

  test("to who is full is refused, and says how full", async () => {
    const full = await makeAgent(store, { capacity: 1 });
    await desk.actions.claim(full, (await desk.says()).number);
    const refusal = { code: "full", status: 409, message: expect.stringContaining("1 of 1") };
    await expect(desk.actions.assign(ann, ticket.number, full._id)).rejects.toMatchObject(refusal);
    await expect(desk.actions.handOver(ann, ticket.number, { agent: full._id })).rejects.toMatchObject(refusal);
  });
});

describe("the end", () => {
  test("twice is the end once", async () => {
    await Promise.all([
      desk.actions.resolve(ann, ticket.number, "done"),
      other.actions.resolve(bob, ticket.number, "done"),
    ]);
    expect(await desk.now(ticket)).toMatchObject({
      status: "resolved",
      resolvedAt: expect.any(Date),
      waitingSince: null,
    });
    expect((await kinds()).filter((kind) => kind === "resolved")).toHaveLength(1);
  });

  test("a resolved ticket reopens without an agent and with its history", async () => {
    await desk.actions.claim(ann, ticket.number);
    await desk.actions.resolve(ann, ticket.number);
    await desk.actions.reopen(bob, ticket.number);
    expect(await desk.now(ticket)).toMatchObject({ status: "new", open: true, unrouted: true, assignee: null });
    expect((await desk.events(ticket)).at(-1)).toMatchObject({ kind: "reopened", data: { formerly: "Ann" } });
  });

  test("a ticket is not reopened beside another open one of its conversation", async () => {
    await desk.actions.close(ann, ticket.number);
    const next = await desk.says({ conversationId: ticket.conversationId, text: "Something else" });
    expect(next.number).not.toBe(ticket.number);
    await expect(desk.actions.reopen(ann, ticket.number)).rejects.toMatchObject({ code: "another_open" });
  });

  test("a reopening that races a new message leaves one open ticket", async () => {
    await desk.actions.close(ann, ticket.number);
    await Promise.allSettled([
      desk.actions.reopen(ann, ticket.number),
      other.says({ conversationId: ticket.conversationId, text: "Something else" }),
    ]);
    expect(await store.tickets.countDocuments({ conversation: ticket.conversation, open: true })).toBe(1);
  });
});

describe("writing first", () => {
  const opening = (over = {}) => ({
    clientId: randomUUID(),
    contact: ticket.contact,
    inbox: "website",
    text: "News!",
    ...over,
  });

  test("opens one ticket, however often it is asked under one id, without an acknowledgement", async () => {
    await desk.actions.close(ann, ticket.number);
    const input = opening();
    const opened = await Promise.all([desk, other, desk].map(({ actions }) => actions.open(ann, input)));
    expect(new Set(opened.map(({ number }) => number)).size).toBe(1);
    expect(opened[0]).toMatchObject({ status: "waiting", assignee: { id: ann._id }, subject: "News!" });
    const fresh = opened[0] as Ticket;
    expect((await desk.events(fresh)).map(({ kind }) => kind)).toEqual(["opened", "not_acknowledged"]);
    expect(await store.messages.countDocuments({ ticket: fresh._id })).toBe(1);
  });

  test("is refused beside an open ticket, to nobody, and on no inbox", async () => {
    await expect(desk.actions.open(ann, opening())).rejects.toMatchObject({ code: "another_open" });
    await expect(desk.actions.open(ann, opening({ contact: "nobody" }))).rejects.toMatchObject({ status: 404 });
    await expect(desk.actions.open(ann, opening({ inbox: "nowhere" }))).rejects.toMatchObject({
      code: "unknown_inbox",
    });
  });
});

test("what an agent has seen never goes back, and is nobody else's", async () => {
  await Promise.all([3, 1, 2].map((upTo) => desk.actions.seen(ann, ticket.number, upTo)));
  expect((await desk.now(ticket)).seen).toEqual({ [ann._id]: 3 });
});
