import { describe, expect, test } from "@jest/globals";
import { sections } from "../../../src/console/lib/sections.ts";
import { belongs, grouped, unread } from "../../../src/console/lib/ticket-order.ts";
import type { TicketSummary } from "../../../src/console/lib/types.ts";

const AMINA = { id: "amina", name: "Amina" };
const READER = { id: "amina", queues: ["support"] };

function ticket(number: number, given: Partial<TicketSummary> = {}): TicketSummary {
  const at = new Date(Date.UTC(2026, 10, 23, 9, number)).toISOString();
  return {
    number,
    version: 1,
    subject: "",
    channel: "webchat",
    inbox: "website",
    status: "open",
    priority: "normal",
    queue: "support",
    tier: "L1",
    kind: "support",
    assignee: null,
    contact: { id: "c", name: "", address: "" },
    language: "en",
    tags: [],
    waitingSince: at,
    unrouted: true,
    lastMessage: { text: "", from: "customer", at, seq: 1 },
    seen: {},
    createdAt: at,
    updatedAt: at,
    ...given,
  };
}

describe("a list of tickets", () => {
  test("shows what waits for an agent, then what needs an answer, then what waits for the customer", () => {
    const groups = grouped([
      ticket(1, { assignee: AMINA, waitingSince: null, status: "waiting" }),
      ticket(2, { assignee: AMINA }),
      ticket(3),
      ticket(4, { status: "resolved" }),
    ]);
    expect(groups.map(({ name, tickets }) => [name, tickets.map(({ number }) => number)])).toEqual([
      ["waiting", [3]],
      ["answer", [2]],
      ["customer", [1]],
      ["resolved", [4]],
    ]);
  });

  test("puts the highest priority first, then who has waited longest; answered ones newest first", () => {
    const waiting = [ticket(3), ticket(1, { priority: "low" }), ticket(2), ticket(9, { priority: "urgent" })];
    expect(grouped(waiting)[0]?.tickets.map(({ number }) => number)).toEqual([9, 2, 3, 1]);
    const answered = [1, 3, 2].map((number) => ticket(number, { assignee: AMINA, waitingSince: null }));
    expect(grouped(answered)[0]?.tickets.map(({ number }) => number)).toEqual([3, 2, 1]);
  });

  test("shows over one's own tickets the first few that wait, and how many more there are", () => {
    const waiting = Array.from({ length: 8 }, (_, index) => ticket(index + 1));
    const [first, second] = sections([ticket(20, { assignee: AMINA })], waiting);
    expect(first).toMatchObject({ name: "waiting", hidden: 3 });
    expect(first?.tickets).toHaveLength(5);
    expect(second).toMatchObject({ name: "answer", hidden: 0 });
  });

  test("shows a ticket once while one list has heard of a change and the other has not", () => {
    const mine = ticket(1, { assignee: AMINA, version: 2 });
    expect(sections([mine], [ticket(1)])).toEqual([{ name: "answer", tickets: [mine], hidden: 0 }]);
    expect(sections([], [mine])).toEqual([]);
  });

  test.each([
    ["mine holds what is assigned to me", ticket(1, { assignee: AMINA }), ["mine", "queues", "all"]],
    ["a colleague's in my queue is not mine", ticket(1, { assignee: { id: "bo", name: "Bo" } }), ["queues", "all"]],
    ["nobody's in my queue waits", ticket(1), ["waiting", "queues", "all"]],
    ["nobody's in another queue does not wait for me", ticket(1, { queue: "sales" }), ["all"]],
    ["a resolved one is in none that shows unsolved ones", ticket(1, { status: "resolved" }), []],
  ] as const)("%s", (_, subject, expected) => {
    const views = (["waiting", "mine", "queues", "all"] as const).filter((view) =>
      belongs(subject, view, "unsolved", READER),
    );
    expect(views).toEqual([...expected]);
  });
});

test("a ticket is unread while its last message is the customer's and beyond what this agent has seen", () => {
  const last = { text: "", at: "", seq: 4 };
  expect(unread(ticket(1, { lastMessage: { ...last, from: "customer" }, seen: { amina: 3 } }), "amina")).toBe(true);
  expect(unread(ticket(1, { lastMessage: { ...last, from: "customer" }, seen: { amina: 4 } }), "amina")).toBe(false);
  expect(unread(ticket(1, { lastMessage: { ...last, from: "customer" }, seen: { bo: 4 } }), "amina")).toBe(true);
  expect(unread(ticket(1, { lastMessage: { ...last, from: "agent" } }), "amina")).toBe(false);
});
