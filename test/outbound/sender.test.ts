import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { DeliveryError } from "../../src/errors.ts";
import { sendConversation } from "../../src/outbound/sender.ts";
import { changeState } from "../../src/outbound/state.ts";
import type { Store } from "../../src/store.ts";
import type { Agent, Channel, Message } from "../../src/types.ts";
import { makeAgent, type TestCore, testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { type TestDesk, testDesk } from "../support/desk.ts";

let database: Database;
let store: Store;
let core: TestCore;
let desk: TestDesk;
let agent: Agent;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  core = testCore(store);
  desk = testDesk(core);
  agent = await makeAgent(store);
});
afterAll(() => database.close());

type Send = Channel["send"];
interface Wire extends Channel {
  sent: { text: string; attempt: number; mayHaveBeenSent: boolean }[];
}

/** A channel that keeps what it is given; `how` decides what becomes of it. */
function wire(how: Send = async () => ({ state: "sent" })): Wire {
  const sent: Wire["sent"] = [];
  return {
    sent,
    listen: () => undefined,
    close: async () => undefined,
    send(message, circumstances) {
      sent.push({ text: message.text, ...circumstances });
      return how(message, circumstances);
    },
  };
}

/** A conversation whose acknowledgement, and then these answers, are to be sent. */
async function waiting(...answers: string[]): Promise<{ id: string; number: number }> {
  const { conversation: id, number } = await desk.says();
  for (const text of answers) await desk.actions.reply(agent, number, { clientId: randomUUID(), text });
  return { id, number };
}

async function statesOf(id: string): Promise<Message["state"][]> {
  const rows = await store.messages
    .find({ conversation: id, kind: { $ne: "inbound" } })
    .sort({ seq: 1 })
    .toArray();
  return rows.map(({ state }) => state);
}

const oldest = (id: string) => ({ conversation: id, kind: "ack" as const });
const eventsOf = async (number: number) => (await store.events.find({ number }).toArray()).map(({ kind }) => kind);

test("what waits is sent once and in order, however many are called at once", async () => {
  const { id, number } = await waiting("one", "two", "three");
  const channel = wire(async () => ({ state: "delivered", externalId: randomUUID() }));
  const others = await Promise.all([database.connect(), database.connect()]);
  const cores = [core, ...others.map((each) => testCore(each))];
  for (let i = 0; i < 5; i++) await Promise.all(cores.map((each) => sendConversation(each, channel, id)));
  expect(channel.sent.map(({ text }) => text)).toEqual([`Your ticket is ${number}.`, "one", "two", "three"]);
  expect(channel.sent.every(({ mayHaveBeenSent, attempt }) => !mayHaveBeenSent && attempt === 1)).toBe(true);
  expect(await statesOf(id)).toEqual(["delivered", "delivered", "delivered", "delivered"]);
  expect(await store.messages.countDocuments({ conversation: id, unsent: true })).toBe(0);
});

describe("a lease", () => {
  test("that lives is respected", async () => {
    const { id } = await waiting();
    const lease = { token: "another", until: new Date(Date.now() + 60_000) };
    await store.messages.updateOne(oldest(id), { $set: { state: "sending", lease } });
    const channel = wire();
    await sendConversation(core, channel, id);
    expect(channel.sent).toEqual([]);
  });

  test("that ran out lets the next one send, who is told that it may have been sent", async () => {
    const { id } = await waiting();
    const lease = { token: "dead", until: new Date(Date.now() - 1_000) };
    await store.messages.updateOne(oldest(id), { $set: { state: "sending", lease } });
    const channel = wire();
    await sendConversation(core, channel, id);
    expect(channel.sent).toMatchObject([{ mayHaveBeenSent: true }]);
    expect(await statesOf(id)).toEqual(["sent"]);
  });

  test("that was lost meanwhile records nothing", async () => {
    const { id } = await waiting();
    const lease = { token: "another", until: new Date(Date.now() + 60_000) };
    const channel = wire(async () => {
      await store.messages.updateOne(oldest(id), { $set: { lease } });
      return { state: "delivered" };
    });
    await sendConversation(core, channel, id);
    expect(await statesOf(id)).toEqual(["sending"]);
    expect(await store.messages.findOne(oldest(id))).toMatchObject({ lease, unsent: true });
  });

  test("that could run out while the wire is busy is not used", async () => {
    const { id } = await waiting();
    const start = performance.now();
    const clock = jest.spyOn(performance, "now").mockReturnValue(start);
    const late = () => {
      clock.mockReturnValue(start + 15_000);
      return "late";
    };
    try {
      const slow = { ...core, acknowledgement: late };
      const channel = wire();
      await sendConversation(slow, channel, id);
      expect(channel.sent).toEqual([]);
    } finally {
      clock.mockRestore();
    }
  });
});

describe("a failure", () => {
  test("that the channel has no name for may have struck after the wire: the next attempt is told", async () => {
    const { id } = await waiting();
    const broken = wire(async () => {
      throw new TypeError("cannot read properties of undefined");
    });
    await sendConversation(core, broken, id);
    const later = testCore(store, { now: () => new Date(Date.now() + 3_600_000) });
    const mended = wire();
    await sendConversation(later, mended, id);
    expect(mended.sent).toMatchObject([{ attempt: 2, mayHaveBeenSent: true }]);
    expect(await statesOf(id)).toEqual(["sent"]);
  });

  test("that may pass is tried again later, and what is behind waits, so that the order stays", async () => {
    const { id } = await waiting("behind");
    const channel = wire(async () => {
      throw new DeliveryError("busy", { retryable: true });
    });
    await sendConversation(core, channel, id);
    await sendConversation(core, channel, id);
    expect(channel.sent).toHaveLength(1);
    expect(await statesOf(id)).toEqual(["queued", "queued"]);
    const later = testCore(store, { now: () => new Date(Date.now() + 3_600_000) });
    const mended = wire();
    await sendConversation(later, mended, id);
    expect(mended.sent).toMatchObject([{ attempt: 2, mayHaveBeenSent: false }, { text: "behind" }]);
    expect(await statesOf(id)).toEqual(["sent", "sent"]);
  });

  test("that will not pass is told in an event, and what is behind is sent", async () => {
    const { id, number } = await waiting("behind");
    let first = true;
    const channel = wire(async () => {
      if (!first) return { state: "sent" };
      first = false;
      throw new DeliveryError("no such number", { retryable: false });
    });
    await sendConversation(core, channel, id);
    expect(await statesOf(id)).toEqual(["failed", "sent"]);
    expect(await eventsOf(number)).toContain("delivery_failed");
    expect(await store.messages.findOne(oldest(id))).toMatchObject({ fault: "no such number" });
  });

  test("of which nobody can know is shown as uncertain, told in an event, and never repeated", async () => {
    const { id, number } = await waiting();
    const channel = wire(async () => {
      throw new DeliveryError("the answer was lost", { retryable: true, uncertain: true });
    });
    for (let i = 0; i < 3; i++) await sendConversation(core, channel, id);
    expect(channel.sent).toHaveLength(1);
    expect(await statesOf(id)).toEqual(["uncertain"]);
    expect(await eventsOf(number)).toContain("delivery_uncertain");
  });

  test("whose event cannot be written is not recorded either: it is taken up again", async () => {
    const { id, number } = await waiting();
    const away = testCore(await database.connect());
    Object.assign(away.store.events, { insertMany: () => Promise.reject(new Error("the process dies here")) });
    const channel = wire(async () => {
      throw new DeliveryError("no such number", { retryable: false });
    });
    await expect(sendConversation(away, channel, id)).rejects.toThrow("dies here");
    expect(await statesOf(id)).toEqual(["sending"]);
    await store.messages.updateOne(oldest(id), { $set: { "lease.until": new Date(0) } });
    await sendConversation(core, channel, id);
    expect(await statesOf(id)).toEqual(["failed"]);
    expect((await eventsOf(number)).filter((kind) => kind === "delivery_failed")).toHaveLength(1);
  });

  test("that keeps happening ends, with an event", async () => {
    const { id, number } = await waiting();
    const channel = wire(async () => {
      throw new Error("a fault of ours");
    });
    let now = Date.now();
    const patient = testCore(store, { now: () => new Date(now) });
    for (let i = 0; i < 20; i++) {
      now += 24 * 3_600_000;
      await sendConversation(patient, channel, id);
    }
    expect(channel.sent.length).toBeGreaterThan(2);
    expect(channel.sent.length).toBeLessThan(10);
    expect(await statesOf(id)).toEqual(["failed"]);
    expect(await eventsOf(number)).toContain("delivery_failed");
  });
});

test("an acknowledgement's words are made once: a repeat after a kill says the same", async () => {
  const { id } = await waiting();
  const said: string[] = [];
  const talkative = { ...core, acknowledgement: () => `version ${said.push("")}` };
  const lost = wire(async () => {
    await store.messages.updateOne(oldest(id), { $set: { "lease.until": new Date(0), "lease.token": "dead" } });
    return { state: "sent" };
  });
  await sendConversation(talkative, lost, id);
  const again = wire();
  await sendConversation(talkative, again, id);
  expect([...lost.sent, ...again.sent].map(({ text }) => text)).toEqual(["version 1", "version 1"]);
  expect(again.sent[0]?.mayHaveBeenSent).toBe(true);
});

test.each(["delivered", "read"] as const)(
  "the news %s, faster than the sending's own end, is not undone by it",
  async (state) => {
    const { id } = await waiting();
    const channel = wire(async ({ _id }) => {
      await changeState(core, _id, state);
      return { state: "sent" };
    });
    await sendConversation(core, channel, id);
    expect(await statesOf(id)).toEqual([state]);
    const message = await store.messages.findOne(oldest(id));
    expect(message).not.toHaveProperty("unsent");
    expect(message).not.toHaveProperty("lease");
  },
);
