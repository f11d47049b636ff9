import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Agent, Ticket } from "../../src/types.ts";
import { type ApiDesk, openApiDesk } from "./desk.ts";

let desk: ApiDesk;
let agent: Agent;

beforeAll(async () => {
  desk = await openApiDesk();
  agent = desk.agent;
});
afterAll(() => desk.close());

interface Listed {
  items: { number: number; status: string; contact: { name: string } }[];
  nextCursor: string | null;
}

const list = async (query: string, as: Agent = agent) =>
  (await desk.call<Listed>("GET", `/tickets?${query}`, { as })).body;
const numbers = ({ items }: Listed) => items.map(({ number }) => number);

async function pages(query: string, between: (page: number) => Promise<unknown> = async () => undefined) {
  const seen: number[] = [];
  let cursor: string | null = null;
  for (let page = 1; page === 1 || cursor; page++) {
    const body: Listed = await list(`${query}${cursor ? `&cursor=${cursor}` : ""}`);
    seen.push(...numbers(body));
    cursor = body.nextCursor;
    await between(page);
  }
  return seen;
}

async function set(ticket: Ticket, fields: Partial<Ticket>) {
  await desk.store.tickets.updateOne({ _id: ticket._id }, { $set: fields });
}

describe("the list of tickets", () => {
  let tickets: Ticket[];

  beforeAll(async () => {
    tickets = [];
    for (let i = 0; i < 7; i++)
      tickets.push(await desk.writes({ from: { address: `list-${i}`, name: `Lister ${i}` } }));
  });

  test("shows what waits first, by priority and then by waiting time, and what waits for the customer last", async () => {
    const [a, b, c, d, ...rest] = tickets as [Ticket, Ticket, Ticket, Ticket, ...Ticket[]];
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 8, minute));
    await set(a, { waitingSince: at(5) });
    await set(b, { waitingSince: at(9), rank: 1, priority: "urgent" });
    await set(c, { waitingSince: at(1) });
    await set(d, { waitingSince: null, status: "waiting" });
    for (const [i, ticket] of rest.entries()) await set(ticket, { waitingSince: at(20 + i) });
    const found = numbers(await list("status=unsolved"));
    expect(found).toEqual([b, c, a, ...rest, d].map(({ number }) => number));
  });

  test.each(["status=unsolved", "status=resolved", "view=all"])(
    "comes in pages that hold each ticket once: %s",
    async (query) => {
      if (query === "status=resolved")
        await desk.store.tickets.updateMany({}, { $set: { status: "resolved" }, $unset: { open: true } });
      const whole = numbers(await list(`${query}&limit=200`));
      expect(whole).toHaveLength(tickets.length);
      for (const limit of [1, 2, 3]) expect(await pages(`${query}&limit=${limit}`)).toEqual(whole);
      if (query === "status=resolved") await desk.store.tickets.updateMany({}, { $set: { status: "new", open: true } });
    },
  );

  test("skips and repeats nobody when tickets come and go between two pages", async () => {
    const before = numbers(await list("status=unsolved&limit=200"));
    const [first] = before;
    const seen = await pages("status=unsolved&limit=2", async (page) => {
      if (page === 1) {
        await desk.store.tickets.updateOne(
          { number: first ?? 0 },
          { $set: { status: "closed" }, $unset: { open: true } },
        );
        await desk.writes({ from: { address: "newcomer" } });
      }
    });
    expect(seen.filter((number) => before.includes(number))).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("filters by view, status, queue, assignee, channel and contact", async () => {
    const [mine, other] = tickets as [Ticket, Ticket];
    await set(mine, { assignee: { id: agent._id, name: agent.name }, status: "open", queue: "billing" });
    await set(other, { queue: "support", status: "new", open: true });
    expect(numbers(await list("view=mine"))).toEqual([mine.number]);
    expect(numbers(await list("view=queues&status=unsolved"))).not.toContain(mine.number);
    expect(numbers(await list("view=queues&status=unsolved"))).toContain(other.number);
    expect(numbers(await list("queue=billing"))).toEqual([mine.number]);
    expect(numbers(await list(`assignee=${agent._id}`))).toEqual([mine.number]);
    expect(numbers(await list("assignee=none"))).not.toContain(mine.number);
    expect(numbers(await list("status=open"))).toEqual([mine.number]);
    expect(numbers(await list("channel=email"))).toEqual([]);
    expect(numbers(await list(`contact=${other.contact}`))).toEqual([other.number]);
  });

  test.each([
    ["limit=0"],
    ["limit=201"],
    ["limit=5&limit=6"],
    ["status=lost"],
    ["view=theirs"],
    ["status[$ne]=open"],
    ["assignee[$gt]="],
    ["queue=support&queue=billing"],
    ["unknown=1"],
    ["__proto__=1"],
    ["cursor=bm9uc2Vuc2U"],
    ["status=unsolved&cursor=WyJuZXciLDEsMV0"],
    ["q="],
  ])("answers 400 to %s", async (query) => {
    const answer = await desk.call<{ code: string }>("GET", `/tickets?${query}`, { as: agent });
    expect(answer.status).toBe(400);
    expect(["invalid", "invalid_cursor"]).toContain(answer.body.code);
  });
});

describe("finding", () => {
  let jane: Ticket;

  beforeAll(async () => {
    jane = await desk.writes({ from: { address: "jane.o+help@example.org", name: "Jané O'Neil" } });
  });

  test.each(["jan", "JANE", "o'neil", "jane.o+h", "jané o", "neil jane"])(
    "finds a ticket by the beginnings of names and addresses: %s",
    async (q) => {
      expect(numbers(await list(`q=${encodeURIComponent(q)}`))).toContain(jane.number);
    },
  );

  test.each(["ane", ".*", "j[a-z]*", "jan|x", "\\", "\\w+", "^.", "$", "\u0301"])(
    "takes no pattern and no middle of a word: %s",
    async (q) => {
      expect(numbers(await list(`q=${encodeURIComponent(q)}`))).not.toContain(jane.number);
    },
  );

  test("finds a ticket by its number, with and without #", async () => {
    expect(numbers(await list(`q=${jane.number}`))).toContain(jane.number);
    expect(numbers(await list(`q=%23${jane.number}`))).toEqual([jane.number]);
  });

  test("reads an index, not every ticket", async () => {
    const plan = await desk.store.tickets.find({ search: { $regex: "^jane\\.o" } }).explain("queryPlanner");
    expect(JSON.stringify(plan)).toContain('"indexName":"search"');
    expect(JSON.stringify(plan)).toContain('[\\"jane.o\\", \\"jane.p\\")');
  });
});

describe("one ticket", () => {
  test("is read with its contact, participants and conversation", async () => {
    const ticket = await desk.writes({ from: { address: "visitor-9", name: "Nine" }, timeZone: "Africa/Nairobi" });
    const { body } = await desk.call("GET", `/tickets/${ticket.number}`, { as: agent });
    expect(body).toMatchObject({
      number: ticket.number,
      contact: { id: ticket.contact, name: "Nine", addresses: ["webchat:visitor-9"] },
      conversation: { timeZone: "Africa/Nairobi", language: "en" },
      participants: [{ address: "visitor-9", role: "requester" }],
    });
  });

  test.each(["0", "-1", "x", "1.5", "99999999999999999999"])("answers 400 to the number %s", async (number) => {
    expect((await desk.call("GET", `/tickets/${number}`, { as: agent })).status).toBe(400);
  });

  test("answers 404 to a number that there is not", async () => {
    const { status, body } = await desk.call("GET", "/tickets/987654", { as: agent });
    expect([status, body.code]).toEqual([404, "not_found"]);
  });

  test("is opened for a contact when an agent writes first, once for one Idempotency-Key", async () => {
    const { contact } = await desk.writes({ from: { address: "visitor-10" } });
    await desk.store.tickets.updateMany({ contact }, { $set: { status: "closed" }, $unset: { open: true } });
    const open = () =>
      desk.call<{ number: number; status: string }>("POST", "/tickets", {
        as: agent,
        headers: { "idempotency-key": "open-1" },
        body: { contact, inbox: "website", text: "Your parcel has arrived." },
      });
    const answers = await Promise.all([open(), open(), open()]);
    const first = answers.find(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const again = await open();
    expect([again.status, again.body.number]).toEqual([201, first?.body.number]);
    expect(await desk.store.tickets.countDocuments({ contact })).toBe(2);
  });

  test("counts what is unsolved, and what of it waits for anybody in the agent's queues", async () => {
    const { body } = await desk.call<Record<string, number>>("GET", "/ticket-counts", { as: agent });
    expect(body).toEqual({
      mine: await desk.store.tickets.countDocuments({ open: true, "assignee.id": agent._id }),
      queues: await desk.store.tickets.countDocuments({ open: true, queue: "support" }),
      all: await desk.store.tickets.countDocuments({ open: true }),
      waiting: await desk.store.tickets.countDocuments({ unrouted: true, queue: "support" }),
    });
  });
});
