import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { returnTickets } from "../../src/routing/return.ts";
import { routeQueue } from "../../src/routing/route.ts";
import type { Store } from "../../src/store.ts";
import type { Agent } from "../../src/types.ts";
import { makeAgent, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { type TestDesk, testDesk } from "../support/desk.ts";
import { eventually } from "../support/eventually.ts";

let database: Database;
let store: Store;
let cores: TestCore[];
let desks: TestDesk[];

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  cores = await Promise.all([store, database.connect(), database.connect()].map(async (each) => testCore(await each)));
  desks = cores.map(testDesk);
});
afterAll(() => database.close());
beforeEach(async () => {
  await Promise.all(
    [store.agents, store.presence, store.tickets, store.messages, store.conversations].map((each) =>
      each.deleteMany({}),
    ),
  );
});

const core = () => cores[0] as TestCore;
const desk = () => desks[0] as TestDesk;
const actions = () => desk().actions;
const actionsOf = (process: number) => (desks[process % desks.length] as TestDesk).actions;

/** An agent with an open socket. */
async function online(over: Partial<Agent> = {}): Promise<Agent> {
  const agent = await makeAgent(store, over);
  await seen(agent, 0);
  return agent;
}

/** Their socket was last seen so many seconds ago. */
async function seen({ _id }: Agent, secondsAgo: number, sockets = 1): Promise<void> {
  await store.presence.updateOne(
    { _id: `process/${_id}` },
    [{ $set: { agent: _id, process: "process", sockets, seenAt: { $subtract: ["$$NOW", secondsAgo * 1_000] } } }],
    { upsert: true },
  );
}

const ticket: TestDesk["says"] = (over) => desk().says(over);
const now: TestDesk["now"] = (of) => desk().now(of);
const eventsOf: TestDesk["events"] = (of) => desk().events(of);
const ofAgent = ({ _id }: Agent) => store.tickets.countDocuments({ "assignee.id": _id });

describe("routing", () => {
  test("by three workers at once gives no ticket twice and exceeds nobody's capacity", async () => {
    const agents = await Promise.all([2, 3, 4].map((capacity) => online({ capacity })));
    for (let i = 0; i < 15; i++) await ticket();
    await Promise.all([...cores, ...cores].map((each) => routeQueue(each, "support")));
    expect(await Promise.all(agents.map(ofAgent))).toEqual([2, 3, 4]);
    expect(await store.tickets.countDocuments({ unrouted: true })).toBe(6);
    const given = await store.events
      .find({ kind: "assigned", ticket: { $in: await store.tickets.distinct("_id") } })
      .toArray();
    expect(given).toHaveLength(9);
    expect(new Set(given.map((event) => event.ticket)).size).toBe(9);
  });

  test("keeps candidates and reasons with the decision", async () => {
    const [ann, bob] = [await online(), await makeAgent(store)];
    const given = await ticket();
    await routeQueue(core(), "support");
    expect((await now(given)).assignee).toEqual({ id: ann._id, name: ann.name });
    const data = (await eventsOf(given)).find(({ kind }) => kind === "assigned")?.data;
    expect(data).toMatchObject({ agent: { id: ann._id } });
    expect(data?.candidates).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ agent: ann._id, verdict: "fits" }),
        expect.objectContaining({ agent: bob._id, verdict: "offline" }),
      ]),
    );
  });

  test("leaves a ticket waiting when nobody is there, says why once, and gives it to who comes", async () => {
    const late = await makeAgent(store);
    const waiting = await ticket();
    for (let i = 0; i < 3; i++) await routeQueue(core(), "support");
    expect(await now(waiting)).toMatchObject({ unrouted: true, assignee: null, status: "new" });
    expect((await eventsOf(waiting)).filter(({ kind }) => kind === "queued")).toHaveLength(1);
    await seen(late, 0);
    await routeQueue(core(), "support");
    expect(await now(waiting)).toMatchObject({ assignee: { id: late._id }, status: "open" });
    expect(await now(waiting)).not.toHaveProperty("unrouted");
  });

  test("takes the highest priority first, then the oldest", async () => {
    const minutesAgo = (minutes: number) => ({ receivedAt: new Date(Date.now() - minutes * 60_000) });
    const [newer, older, urgent] = [await ticket(minutesAgo(1)), await ticket(minutesAgo(9)), await ticket()];
    await store.tickets.updateOne({ _id: urgent._id }, { $set: { priority: "urgent", rank: 1 } });
    const agent = await online({ capacity: 1 });
    for (const expected of [urgent, older, newer]) {
      await routeQueue(core(), "support");
      const held = await store.tickets.findOne({ "assignee.id": agent._id, open: true });
      expect(held?.number).toBe(expected.number);
      await actions().resolve(agent, expected.number);
    }
  });

  test("gives a French ticket to who speaks French, though others have fewer", async () => {
    await online({ languages: ["en"] });
    const french = await online({ languages: ["fr"] });
    await ticket({ language: "fr" });
    const second = await ticket({ language: "fr" });
    await routeQueue(core(), "support");
    expect((await now(second)).assignee?.id).toBe(french._id);
    expect(await ofAgent(french)).toBe(2);
  });

  test("gives nothing to who is disabled, unavailable, or in another queue", async () => {
    await online({ disabled: true });
    await online({ available: false });
    await online({ queues: ["billing"] });
    const waiting = await ticket();
    await routeQueue(core(), "support");
    expect((await now(waiting)).unrouted).toBe(true);
  });

  test("hints at the queue when an answer makes room, so that the next one in the line gets it", async () => {
    const agent = await online({ capacity: 1 });
    const first = await ticket();
    const second = await ticket();
    await routeQueue(core(), "support");
    const held = (await now(first)).assignee ? first : second;
    core().hinted.length = 0;
    await actions().reply(agent, held.number, { clientId: randomUUID(), text: "Done." });
    expect(core().hinted.flatMap(({ queue, ids }) => (queue === "routing" ? ids : []))).toContain("support");
    await routeQueue(core(), "support");
    expect(await store.tickets.countDocuments({ unrouted: true })).toBe(0);
  });
});

describe("an agent who is gone", () => {
  test("for a minute gives the unanswered tickets back to the queue, and keeps the answered ones", async () => {
    const agent = await online();
    const [unanswered, answered] = [await ticket(), await ticket()];
    await routeQueue(core(), "support");
    await actions().reply(agent, answered.number, { clientId: randomUUID(), text: "Done." });
    await store.tickets.updateMany({}, { $set: { assignedAt: new Date(Date.now() - 600_000) } });
    await seen(agent, 59, 0);
    await returnTickets(core());
    expect((await now(unanswered)).assignee?.id).toBe(agent._id);
    await seen(agent, 61, 0);
    await Promise.all(cores.map(returnTickets));
    expect(await now(unanswered)).toMatchObject({ assignee: null, unrouted: true, status: "new" });
    expect((await now(answered)).assignee?.id).toBe(agent._id);
    const events = (await eventsOf(unanswered)).filter(({ kind }) => kind === "released");
    expect(events).toMatchObject([{ actor: { kind: "gateway" }, data: { reason: expect.stringMatching(/gone/) } }]);
  });

  test("in one process and there in another is not gone", async () => {
    const agent = await online();
    const kept = await ticket();
    await routeQueue(core(), "support");
    await store.tickets.updateMany({}, { $set: { assignedAt: new Date(Date.now() - 600_000) } });
    await store.presence.insertOne({
      _id: `dead/${agent._id}`,
      agent: agent._id,
      process: "dead",
      sockets: 1,
      seenAt: new Date(Date.now() - 300_000),
    });
    await returnTickets(core());
    expect((await now(kept)).assignee?.id).toBe(agent._id);
  });

  test("for days gives back what a customer has answered meanwhile", async () => {
    const agent = await online();
    const answered = await ticket();
    await routeQueue(core(), "support");
    await actions().reply(agent, answered.number, { clientId: randomUUID(), text: "Does it work?" });
    await store.tickets.updateMany({}, { $set: { assignedAt: new Date(Date.now() - 4 * 86_400_000) } });
    await seen(agent, 3 * 86_400, 0);
    await ticket({ conversationId: answered.conversationId, text: "No, it does not." });
    await returnTickets(core());
    expect(await now(answered)).toMatchObject({ assignee: null, unrouted: true });
    const expiry = (await store.presence.indexes()).find(({ name }) => name === "expiry");
    expect(expiry?.expireAfterSeconds).toBeGreaterThan(30 * 86_400);
  });
});

describe("claiming", () => {
  test("by many at once through three processes has one winner; the others are told who", async () => {
    const agents = await Promise.all(Array.from({ length: 6 }, () => makeAgent(store)));
    const wanted = await ticket();
    const outcomes = await Promise.allSettled(agents.map((agent, i) => actionsOf(i).claim(agent, wanted.number)));
    const won = outcomes.filter(({ status }) => status === "fulfilled");
    expect(won).toHaveLength(1);
    const { assignee } = await now(wanted);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        expect(outcome.reason).toMatchObject({
          code: "taken",
          status: 409,
          message: expect.stringContaining(assignee?.name ?? "-"),
        });
      }
    }
    expect((await eventsOf(wanted)).filter(({ kind }) => kind === "claimed")).toHaveLength(1);
  });

  test("more than one has room for is refused, however many are claimed at once", async () => {
    const agent = await makeAgent(store, { capacity: 2 });
    const wanted = await Promise.all(Array.from({ length: 5 }, () => ticket()));
    const outcomes = await Promise.allSettled(wanted.map(({ number }, i) => actionsOf(i).claim(agent, number)));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.map(({ reason }) => reason.code)).toEqual(["full", "full", "full"]);
    expect(await ofAgent(agent)).toBe(2);
  });

  test("against the router: one of both", async () => {
    const [routed, claimer] = [await online(), await makeAgent(store)];
    const tickets = await Promise.all(Array.from({ length: 4 }, () => ticket()));
    await Promise.all([
      ...cores.map((each) => routeQueue(each, "support")),
      ...tickets.map(({ number }) =>
        actions()
          .claim(claimer, number)
          .catch((fault) => expect(fault.code).toBe("taken")),
      ),
    ]);
    await eventually(async () => {
      await routeQueue(core(), "support");
      expect((await ofAgent(routed)) + (await ofAgent(claimer))).toBe(4);
    });
    for (const each of tickets) {
      const given = (await eventsOf(each)).filter(({ kind }) => kind === "assigned" || kind === "claimed");
      expect(given).toHaveLength(1);
    }
  });
});
