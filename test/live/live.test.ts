import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { MessageView } from "../../src/tickets/views.ts";
import { agentSocket } from "../support/agent.ts";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import type { Gateway } from "../support/gateway.ts";
import { type Installation, startInstallation } from "../support/installation.ts";
import { type Visitor, visitor } from "../support/visitor.ts";

interface Push {
  number: number;
  previous: number;
  message: MessageView;
}

let installation: Installation;
let one: Gateway;
let two: Gateway;
let key: string;

beforeAll(async () => {
  installation = await startInstallation({ webs: 2, workers: 1 }, { config: roomy() });
  [one, two] = installation.webs as [Gateway, Gateway];
  key = await one.apiKey("Amina");
}, 60_000);
afterAll(() => installation.stop());

async function numberOf(customer: Visitor): Promise<number> {
  return eventually(() => {
    const number = customer.tickets.at(-1)?.number;
    if (!number) throw new Error("no ticket yet");
    return number;
  });
}

/** Each push names the one before it, so that nothing is missing between them. */
function expectChain(pushes: { seq: number; previous: number }[], from: number): void {
  let previous = from;
  for (const push of pushes) {
    expect(push.previous).toBe(previous);
    expect(push.seq).toBeGreaterThan(push.previous);
    previous = push.seq;
  }
}

test("a customer at one process and an agent at another read each other at once, in order, each message once", async () => {
  const customer = await visitor(one);
  const agent = await agentSocket(two, { key });
  await customer.send("first");
  const number = await numberOf(customer);
  const watched = (await agent.ask("watch", { number, after: 0 })) as unknown as { messages: MessageView[] };
  const from = watched.messages.at(-1)?.seq ?? 0;
  await Promise.all([
    ...Array.from({ length: 15 }, (_, i) => customer.send(`question ${i}`)),
    ...Array.from({ length: 15 }, (_, i) => agent.reply(number, `answer ${i}`)),
    ...Array.from({ length: 5 }, (_, i) =>
      agent.ask("note", { clientId: `note-${number}-${i}`, number, text: "note" }),
    ),
  ]);
  const total = 2 + 15 + 15;
  await eventually(() => expect(customer.messages).toHaveLength(total));
  const pushed = await eventually(() => {
    const found = agent.pushed.filter(({ event }) => event === "message").map(({ data }) => data as Push);
    expect(found.at(-1)?.message.seq).toBe(total + 5);
    return found;
  });
  expectChain(customer.messages, 0);
  expectChain(
    pushed.map(({ previous, message }) => ({ previous, seq: message.seq })),
    from,
  );
  expect(new Set(customer.messages.map(({ id }) => id)).size).toBe(total);
  expect(customer.messages.some(({ text }) => text === "note")).toBe(false);
  expect(await customer.history()).toEqual(customer.messages);
  customer.close();
  agent.close();
});

test("who comes back at another process gets what was missed once, in order, and then what is new", async () => {
  const before = await visitor(one);
  const agent = await agentSocket(one, { key });
  await before.send("hello");
  const number = await numberOf(before);
  await before.receives(({ from }) => from === "gateway");
  const last = before.messages.at(-1)?.seq ?? 0;
  before.close();
  for (let i = 0; i < 5; i++) await agent.reply(number, `while you were away ${i}`);
  await eventually(async () => expect(await one.store.messages.countDocuments({ unsent: true })).toBe(0));
  const after = await visitor(two, { token: before.session.token });
  const missed = await after.history(last);
  expect(missed.map(({ text }) => text)).toEqual([0, 1, 2, 3, 4].map((i) => `while you were away ${i}`));
  expectChain(missed, last);
  await agent.reply(number, "and now");
  const news = await after.receives(({ text }) => text === "and now");
  expect(news.previous).toBe(missed.at(-1)?.seq);
  expect(after.messages.filter(({ text }) => text.startsWith("while"))).toEqual([]);
  agent.close();
  after.close();
});

test("every agent hears of a new ticket with its number, at whatever process", async () => {
  const agents = await Promise.all([agentSocket(one, { key }), agentSocket(two, { cookie: await one.cookie() })]);
  const customer = await visitor(two);
  await customer.send("Is anybody there?");
  const number = await numberOf(customer);
  for (const agent of agents) {
    const heard = await agent.receives<{ number: number; subject: string }>("ticket", (news) => news.number === number);
    expect(heard.subject).toBe("Is anybody there?");
  }
  customer.close();
  for (const agent of agents) agent.close();
});

test("the delivery of an answer is told to who watches it, wherever it was delivered", async () => {
  const customer = await visitor(one);
  const agent = await agentSocket(two, { key });
  await customer.send("hello");
  const number = await numberOf(customer);
  await agent.ask("watch", { number, after: 0 });
  const { id } = await agent.reply(number, "here you are");
  const { seq } = await customer.receives(({ text }) => text === "here you are");
  await agent.receives<{ id: string; state: string }>("state", (news) => news.id === id && news.state === "sent");
  await customer.ask("read", { upTo: seq });
  await agent.receives<{ id: string; state: string }>("state", (news) => news.id === id && news.state === "read");
  customer.close();
  agent.close();
});
