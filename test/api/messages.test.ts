import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ticket } from "../../src/types.ts";
import { inbound, makeAgent } from "../support/core.ts";
import { type ApiDesk, openApiDesk } from "./desk.ts";

interface Message {
  id: string;
  seq: number;
  from: string;
  text: string;
  state: string;
}

interface Listed {
  items: Message[];
  nextCursor: string | null;
}

let desk: ApiDesk;
let ticket: Ticket;

beforeAll(async () => {
  desk = await openApiDesk();
});
beforeEach(async () => {
  ticket = await desk.writes();
});
afterAll(() => desk.close());

const post = <Body = Message & { code: string }>(noun: string, body: object, key?: string, number = ticket.number) =>
  desk.call<Body>("POST", `/tickets/${number}/${noun}`, {
    as: desk.agent,
    body,
    ...(key !== undefined && { headers: { "idempotency-key": key } }),
  });
const messages = async (query = "") =>
  (await desk.call<Listed>("GET", `/tickets/${ticket.number}/messages${query}`, { as: desk.agent })).body;

test("a reply is stored before it is answered for, under the name of who writes", async () => {
  const { status, body } = await post("replies", { text: "It is on its way." });
  expect(status).toBe(201);
  expect(body).toMatchObject({ from: "agent", author: "Amina", text: "It is on its way.", state: "queued" });
  expect(await desk.store.messages.findOne({ _id: body.id })).toMatchObject({ unsent: true, ticket: ticket._id });
});

test("a program replies under its key's name", async () => {
  const key = await desk.key("crm");
  const { body } = await desk.call("POST", `/tickets/${ticket.number}/replies`, {
    as: { key },
    body: { text: "Hello" },
  });
  expect(body).toMatchObject({ author: "crm", agent: { name: "crm" } });
});

test("a note is no reply: it is sent to nobody", async () => {
  const { status, body } = await post("notes", { text: "Rings every day." });
  expect([status, body.from]).toEqual([201, "note"]);
  expect(await desk.store.messages.findOne({ _id: body.id })).not.toHaveProperty("unsent");
});

test("messages come in order, page by page, each once", async () => {
  for (let i = 1; i <= 5; i++) await post(i % 2 ? "replies" : "notes", { text: `Line ${i}` });
  const whole = await messages();
  expect(whole.nextCursor).toBeNull();
  expect(whole.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const seen: number[] = [];
  for (let page = await messages("?limit=2"); ; page = await messages(`?limit=2&cursor=${page.nextCursor}`)) {
    seen.push(...page.items.map(({ seq }) => seq));
    if (page.nextCursor === null) break;
  }
  expect(seen).toEqual(whole.items.map(({ seq }) => seq));
  expect((await messages("?after=5")).items.map(({ seq }) => seq)).toEqual([6, 7]);
});

test("customers' markup comes back as the text it is", async () => {
  ticket = await desk.writes({ text: '<script>alert("x")</script>', from: { address: "evil", name: "<b>Evil</b>" } });
  expect((await messages()).items[0]).toMatchObject({ text: '<script>alert("x")</script>', author: "<b>Evil</b>" });
});

test("history tells what happened, who did it, and in order", async () => {
  await desk.call("PUT", `/tickets/${ticket.number}/assignment`, { as: desk.agent, body: { agent: desk.agent._id } });
  await post("replies", { text: "Done" });
  await desk.call("PUT", `/tickets/${ticket.number}/resolution`, { as: desk.agent, body: { reason: "Answered" } });
  const path = `/tickets/${ticket.number}/events`;
  interface Event {
    id: string;
    kind: string;
    actor: { name: string };
    data: Record<string, unknown>;
  }
  const { body } = await desk.call<{ items: Event[]; nextCursor: string | null }>("GET", path, { as: desk.agent });
  const kinds = body.items.map(({ kind }) => kind);
  expect(kinds).toEqual(["opened", "acknowledged", "claimed", "replied", "resolved"]);
  expect(body.items.at(-1)).toMatchObject({ actor: { name: "Amina" }, data: { reason: "Answered" } });
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = `?limit=1${cursor && `&cursor=${cursor}`}`;
    const page = (await desk.call<typeof body>("GET", path + query, { as: desk.agent })).body;
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(body.items.map(({ id }) => id));
});

describe("an Idempotency-Key", () => {
  test.each(["replies", "notes"])("makes one of many, also at the same moment: %s", async (noun) => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(noun, { text: "Once" }, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await messages()).items.filter(({ text }) => text === "Once")).toHaveLength(1);
  });

  test("gives the same answer after the ticket was closed", async () => {
    const key = randomUUID();
    const first = await post("replies", { text: "Once" }, key);
    await desk.call("PUT", `/tickets/${ticket.number}/closure`, { as: desk.agent });
    const again = await post("replies", { text: "Once" }, key);
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect((await post("replies", { text: "Twice" })).status).toBe(409);
  });

  test.each(["another text", "another ticket", "another noun"])("is refused for another request: %s", async (what) => {
    const key = randomUUID();
    await post("replies", { text: "Once" }, key);
    const other = await desk.writes();
    const { status, body } =
      what === "another text"
        ? await post("replies", { text: "Twice" }, key)
        : what === "another ticket"
          ? await post("replies", { text: "Once" }, key, other.number)
          : await post("notes", { text: "Once" }, key);
    expect([status, body.code]).toEqual([422, "idempotency_key_reused"]);
    expect(await desk.store.messages.countDocuments({ ticket: other._id, kind: "reply" })).toBe(0);
  });

  test("of another agent is another key", async () => {
    const key = randomUUID();
    const other = await makeAgent(desk.store);
    await post("notes", { text: "Mine" }, key);
    const { status, body } = await desk.call("POST", `/tickets/${ticket.number}/notes`, {
      as: other,
      body: { text: "Theirs" },
      headers: { "idempotency-key": key },
    });
    expect([status, body.text]).toEqual([201, "Theirs"]);
  });

  test("of a refused request may be used for the corrected one", async () => {
    const key = randomUUID();
    expect((await post("replies", { text: "Hello", files: ["not there"] }, key)).status).toBe(400);
    expect((await post("replies", { text: "Hello" }, key)).status).toBe(201);
  });

  test("survives a process that died between noting the key and doing the work", async () => {
    const key = randomUUID();
    const { note } = desk.parts.actions;
    desk.parts.actions.note = async () => {
      throw new Error("died");
    };
    expect((await post("notes", { text: "Once" }, key)).status).toBe(500);
    desk.parts.actions.note = note;
    expect((await post("notes", { text: "Once" }, key)).status).toBe(201);
  });

  test("is forgotten after a day", async () => {
    await post("notes", { text: "Once" }, randomUUID());
    const [remembered] = await desk.store.db.collection("requests").find().sort({ expiresAt: -1 }).limit(1).toArray();
    const hours = (Number(remembered?.expiresAt) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    expect(JSON.stringify(remembered)).not.toContain("Once");
  });
});

describe("who has a ticket, and whether it is settled", () => {
  const put = (noun: string, body?: object) =>
    desk.call("PUT", `/tickets/${ticket.number}/${noun}`, { as: desk.agent, ...(body && { body }) });
  const remove = (noun: string) => desk.call("DELETE", `/tickets/${ticket.number}/${noun}`, { as: desk.agent });

  test("is put and taken away, and doing it twice does nothing twice", async () => {
    const other = await makeAgent(desk.store, { name: "Baraka" });
    for (let i = 0; i < 2; i++)
      expect((await put("assignment", { agent: other._id })).body).toMatchObject({ assignee: { name: "Baraka" } });
    for (let i = 0; i < 2; i++)
      expect((await remove("assignment")).body).toMatchObject({ assignee: null, unrouted: true });
    for (let i = 0; i < 2; i++) expect((await put("resolution")).body).toMatchObject({ status: "resolved" });
    expect((await remove("resolution")).body).toMatchObject({ status: "new" });
    for (let i = 0; i < 2; i++)
      expect((await put("closure", { reason: "Spam" })).body).toMatchObject({ status: "closed" });
    expect((await remove("closure")).body).toMatchObject({ status: "new" });
    const kinds = (await desk.store.events.find({ ticket: ticket._id }).sort({ _id: 1 }).toArray()).map(
      ({ kind }) => kind,
    );
    expect(kinds.slice(2)).toEqual(["assigned", "released", "resolved", "reopened", "closed", "reopened"]);
  });

  test("is refused with the reason: nobody there, no room, taken", async () => {
    expect((await put("assignment", { agent: "nobody" })).body).toMatchObject({ status: 404, code: "unknown_agent" });
    expect((await put("assignment", {})).status).toBe(400);
    const full = await makeAgent(desk.store, { name: "Full", capacity: 0 });
    expect((await put("assignment", { agent: full._id })).body).toMatchObject({ status: 409, code: "full" });
    const other = await makeAgent(desk.store, { name: "Baraka" });
    await put("assignment", { agent: other._id });
    expect((await put("assignment", { agent: desk.agent._id })).body).toMatchObject({ status: 409, code: "taken" });
  });

  test("is not there for a ticket that is not", async () => {
    for (const noun of ["assignment", "resolution", "closure"]) {
      const { status } = await desk.call("DELETE", `/tickets/99999/${noun}`, { as: desk.agent });
      expect(status).toBe(404);
    }
  });
});

test("who and what there is: contacts, inboxes, queues", async () => {
  const { contact } = await desk.writes(inbound({ from: { address: "visitor-1", name: "One" } }));
  const read = async (path: string) => (await desk.call("GET", path, { as: desk.agent })).body;
  expect(await read(`/contacts/${contact}`)).toMatchObject({
    id: contact,
    name: "One",
    addresses: ["webchat:visitor-1"],
  });
  expect(await read("/contacts/nobody")).toMatchObject({ status: 404 });
  expect(await read("/inboxes")).toEqual({
    items: [{ id: "website", name: "Website", channel: "webchat", queue: "support" }],
    nextCursor: null,
  });
  expect(await read("/queues")).toMatchObject({ items: [{ id: "support", name: "Support" }, { id: "billing" }] });
});
