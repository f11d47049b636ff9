import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type AgentSocket, agentSocket } from "../../support/agent.ts";
import { roomy } from "../../support/config.ts";
import { eventually } from "../../support/eventually.ts";
import { type Gateway, startGateway } from "../../support/gateway.ts";
import { type Visitor, visitor } from "../../support/visitor.ts";

let gateway: Gateway;
let agent: AgentSocket;
const visitors: Visitor[] = [];

beforeAll(async () => {
  gateway = await startGateway({
    config: `${roomy()}
  shop: { channel: webchat, name: Shop, queue: support, allowedOrigins: ["https://shop.example"], languages: [nl] }`,
  });
  agent = await agentSocket(gateway, { key: await gateway.apiKey("Amina") });
});
afterAll(async () => {
  for (const one of visitors) one.close();
  agent.close();
  await gateway.stop();
});

async function enter(auth: Record<string, unknown> = {}, ack = true, headers: Record<string, string> = {}) {
  const one = await visitor(gateway, auth, { extraHeaders: headers });
  // As the widget does, by which the gateway knows that a message was delivered.
  if (ack) one.socket.on("message", (_message: unknown, received?: () => void) => received?.());
  visitors.push(one);
  return one;
}

async function ticketOf(one: Visitor): Promise<number> {
  await eventually(() => expect(one.tickets).not.toHaveLength(0));
  return one.tickets.at(-1)?.number ?? 0;
}

/** A conversation in which an agent has answered. */
async function answered(one: Visitor, text = "we are looking into it") {
  await one.send("where is my parcel?");
  const number = await ticketOf(one);
  expect(await agent.reply(number, text)).toMatchObject({ ok: true });
  return await one.receives(({ from }) => from === "agent");
}

test("a session says who one is, on which inbox, and in which languages the widget may be shown", async () => {
  const one = await enter({ inbox: "shop" });
  expect(one.session).toEqual({
    token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    visitor: expect.stringMatching(/^v-[\w-]{22}$/),
    inbox: "shop",
    name: "Shop",
    languages: ["nl"],
    open: expect.any(Boolean),
  });
});

test("a message is answered with its id and time, and it is in the ledger by then, exactly as it came", async () => {
  const one = await enter({ language: "fr", timeZone: "Africa/Kinshasa" });
  const clientId = randomUUID();
  const answer = await one.send("bonjour", clientId);
  const id = `website/${one.session.visitor}/${clientId}`;
  expect(answer).toEqual({ ok: true, id, receivedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(await gateway.store.messages.findOne({ _id: id })).toMatchObject({
    kind: "inbound",
    channel: "webchat",
    conversationId: one.session.visitor,
    from: { address: one.session.visitor },
    text: "bonjour",
    language: "fr",
    timeZone: "Africa/Kinshasa",
    raw: { clientId, text: "bonjour", files: [] },
    receivedAt: new Date(answer.receivedAt as string),
  });
});

test("a repeat gets the answer of the first, and is stored once", async () => {
  const one = await enter();
  const clientId = randomUUID();
  const answer = await one.send("once", clientId);
  expect(await one.send("once", clientId)).toEqual(answer);
  expect(await gateway.store.messages.countDocuments({ conversationId: one.session.visitor, kind: "inbound" })).toBe(1);
});

test("an answer arrives in order, each message naming the one before it, and with the agent's name", async () => {
  const one = await enter();
  const answer = await answered(one);
  expect(answer).toMatchObject({ text: "we are looking into it", agentName: "Amina", files: [] });
  expect(one.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(one.messages.map(({ previous }) => previous)).toEqual([0, 1, 2]);
  expect(one.messages.map(({ from }) => from)).toEqual(["customer", "gateway", "agent"]);
});

test("who comes back with the token reads on after the last message they have, once and in order", async () => {
  const one = await enter();
  await answered(one);
  one.close();
  const number = await ticketOf(one);
  for (const text of ["first", "second", "third"]) await agent.reply(number, text);
  const again = await enter({ token: one.session.token });
  expect(again.session.visitor).toBe(one.session.visitor);
  expect((await again.history(3)).map(({ text }) => text)).toEqual(["first", "second", "third"]);
  await agent.reply(number, "fourth");
  await again.receives(({ text }) => text === "fourth");
  expect(again.messages.map(({ text }) => text)).toEqual(["fourth"]);
  expect(again.tickets.at(-1)).toMatchObject({ number });
});

test("a note is not for customers, and leaves no gap that they could see", async () => {
  const one = await enter();
  await answered(one);
  const number = await ticketOf(one);
  await agent.ask("note", { clientId: randomUUID(), number, text: "rude customer" });
  await agent.reply(number, "it is on its way");
  const next = await one.receives(({ text }) => text === "it is on its way");
  expect(next).toMatchObject({ seq: 5, previous: 3 });
  expect(JSON.stringify(await one.history())).not.toContain("rude");
});

test("a long history comes in pages, none of which is large, and none of which is lost", async () => {
  const one = await enter();
  const texts = Array.from({ length: 130 }, (_, index) => `${index} ${"x".repeat(index % 10 ? 10 : 9_000)}`);
  for (const text of texts) await one.send(text);
  await one.receives(({ text }) => text.startsWith("129 "));
  const read: string[] = [];
  let pages = 0;
  for (let after = 0, more = true; more; pages++) {
    const answer = await one.ask("history", { after });
    expect(JSON.stringify(answer).length).toBeLessThan(256 * 1024);
    const messages = answer.messages as Visitor["messages"];
    read.push(...messages.filter(({ from }) => from === "customer").map(({ text }) => text));
    after = messages.at(-1)?.seq ?? after;
    more = answer.more as boolean;
  }
  expect(pages).toBeGreaterThan(1);
  expect(read).toEqual(texts);
});

describe("what became of an answer", () => {
  const stateOf = async (id: string) => (await gateway.store.messages.findOne({ _id: id }))?.state;

  test("is delivered when the client has acked it, and read when it says so", async () => {
    const one = await enter();
    const answer = await answered(one);
    await eventually(async () => expect(await stateOf(answer.id)).toBe("delivered"));
    expect(await one.ask("read", { upTo: answer.seq })).toEqual({ ok: true });
    await eventually(async () => expect(await stateOf(answer.id)).toBe("read"));
  });

  test("stays sent until a client that came back says that it has its history", async () => {
    const one = await enter({}, false);
    const answer = await answered(one);
    one.close();
    const again = await enter({ token: one.session.token });
    await again.history();
    expect(await stateOf(answer.id)).toBe("sent");
    expect(await again.ask("delivered", { upTo: answer.seq })).toEqual({ ok: true });
    await eventually(async () => expect(await stateOf(answer.id)).toBe("delivered"));
  });

  test.each(["read", "delivered"])(
    "%s of a message that does not exist is refused, and nothing is written",
    async (event) => {
      const one = await enter();
      await answered(one);
      const before = await gateway.store.messages.countDocuments();
      expect(await one.ask(event, { upTo: 1_000_000 })).toMatchObject({ ok: false, error: { code: "not_found" } });
      expect(await gateway.store.messages.countDocuments()).toBe(before);
    },
  );
});

test("that the customer types is told to the agent who watches, and the other way round", async () => {
  const one = await enter();
  await answered(one);
  const number = await ticketOf(one);
  expect(await agent.ask("watch", { number, after: 0 })).toMatchObject({ ok: true });
  expect(await one.ask("typing", {})).toEqual({ ok: true });
  await agent.receives<{ number: number }>("typing", (typing) => typing.number === number);
  const typing = new Promise((resolve) => one.socket.once("typing", resolve));
  await agent.ask("typing", { number });
  expect(await typing).toEqual({ name: "Amina" });
});

test("a page of a site that is not among the allowed origins is refused", async () => {
  const evil = { origin: "https://evil.example" };
  await expect(enter({ inbox: "shop" }, true, evil)).rejects.toMatchObject({ data: { code: "origin_not_allowed" } });
  await enter({ inbox: "shop" }, true, { origin: "https://shop.example" });
  await enter({ inbox: "shop" }, true, { origin: gateway.url });
  await enter({ inbox: "website" }, true, evil);
});
