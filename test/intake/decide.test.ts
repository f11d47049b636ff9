import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Settings } from "../../src/core.ts";
import { decide, type Facts, MAX_TRIES, type Plan } from "../../src/intake/decide.ts";
import type { Contact, Conversation, Message, Ticket } from "../../src/types.ts";
import { inbound, testSettings } from "../support/core.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-22T08:00:00Z");
const VISITOR = "v-one";

/** What the database would hold of one conversation. */
class Shelf {
  conversation: Conversation | null = null;
  tickets: Ticket[] = [];
  contacts = new Map<string, Contact>();
  filed: { id: string; ticket: string; seq: number }[] = [];
  acknowledgements: Message[] = [];
  events: { ticket: string; kind: string; data: Record<string, unknown> | undefined }[] = [];
  private number = 1_000;

  file(messages: Message[], settings: Settings = testSettings(), now = latest(messages)): Plan {
    const plan = decide(this.facts(messages), settings, now, () => ++this.number);
    this.conversation = plan.conversation;
    for (const { ticket, isNew, happenings } of plan.tickets) {
      this.tickets = [...this.tickets.filter(({ _id }) => _id !== ticket._id || isNew), ticket];
      for (const { kind, data } of happenings) this.events.push({ ticket: ticket._id, kind, data });
    }
    for (const { contact } of plan.contacts) this.contacts.set(contact.addresses[0] ?? "", contact);
    for (const { id, changes } of plan.filed)
      this.filed.push({ id, ticket: changes.ticket ?? "", seq: changes.seq ?? 0 });
    this.acknowledgements.push(...plan.acknowledgements);
    return plan;
  }

  facts(messages: Message[]): Facts {
    const tickets = new Map<string, Ticket>();
    for (const ticket of this.tickets) {
      const author = ticket.author ?? "";
      if ((tickets.get(author)?.number ?? 0) < ticket.number) tickets.set(author, ticket);
    }
    return { conversation: this.conversation, messages, tickets, contacts: new Map(this.contacts) };
  }

  end(status: "resolved" | "closed", at: Date): void {
    this.tickets = this.tickets.map((ticket) => {
      const { open, unrouted, ...rest } = ticket;
      return open ? { ...rest, status, resolvedAt: at } : ticket;
    });
  }
}

function latest(messages: Message[]): Date {
  return new Date(Math.max(...messages.map(({ receivedAt }) => receivedAt.getTime())) + 1_000);
}

let order = 0;
function message(over: Partial<Message> = {}): Message {
  const said = inbound({ conversationId: VISITOR });
  return {
    ...said,
    _id: `website/${said.externalId}`,
    kind: "inbound",
    conversation: `website/${VISITOR}`,
    order: ++order,
    hash: "",
    trace: "",
    state: "received",
    unfiled: true,
    receivedAt: new Date(START),
    ...over,
  };
}

const at = (minutes: number) => new Date(START + minutes * MINUTE);
const kinds = (shelf: Shelf, ticket?: Ticket) =>
  shelf.events.filter((event) => !ticket || event.ticket === ticket._id).map(({ kind }) => kind);

describe("a message without an open ticket", () => {
  test("opens one in its inbox's queue, due as promised, and is acknowledged in its language", () => {
    const shelf = new Shelf();
    shelf.file([message({ language: "fr", text: "Bonjour, où est mon colis ?" })]);
    expect(shelf.tickets).toMatchObject([
      { queue: "support", status: "new", open: true, unrouted: true, language: "fr", dueAt: at(60), version: 1 },
    ]);
    expect(shelf.acknowledgements).toMatchObject([
      { _id: `ack/${shelf.tickets[0]?._id}`, language: "fr", expectedBy: at(60), seq: 2, unsent: true, text: "" },
    ]);
    expect(kinds(shelf)).toEqual(["opened", "acknowledged"]);
  });

  test("echoes nothing that the customer wrote in the acknowledgement", () => {
    const shelf = new Shelf();
    shelf.file([message({ text: "buy pills at http://spam.example" })]);
    const { references, ...said } = shelf.acknowledgements[0] as Message;
    expect(JSON.stringify(said)).not.toContain("spam");
  });
});

describe("a further message", () => {
  test("joins the open ticket, makes it our turn, and is not acknowledged again", () => {
    const shelf = new Shelf();
    shelf.file([message()]);
    shelf.tickets = shelf.tickets.map((ticket) => ({ ...ticket, status: "waiting", waitingSince: null }));
    shelf.file([message({ receivedAt: at(5) })]);
    expect(shelf.tickets).toMatchObject([{ status: "open", waitingSince: at(5), version: 2 }]);
    expect(shelf.acknowledgements).toHaveLength(1);
  });

  test("within the window after the resolution reopens it, unassigned and in the line again", () => {
    const shelf = new Shelf();
    shelf.file([message()]);
    shelf.tickets = shelf.tickets.map((ticket) => ({ ...ticket, assignee: { id: "a", name: "Ann" } }));
    shelf.end("resolved", at(10));
    shelf.file([message({ receivedAt: at(20), text: "It broke again" })]);
    expect(shelf.tickets).toMatchObject([{ status: "new", open: true, unrouted: true, assignee: null }]);
    expect(shelf.tickets[0]).not.toHaveProperty("resolvedAt");
    expect(kinds(shelf)).toEqual(["opened", "acknowledged", "reopened"]);
    expect(shelf.acknowledgements).toHaveLength(1);
  });

  test("after the window opens a new ticket, which is acknowledged", () => {
    const shelf = new Shelf();
    shelf.file([message()]);
    shelf.end("resolved", at(10));
    shelf.file([message({ receivedAt: at(10 + 3 * 24 * 60 + 1), text: "Something else" })]);
    expect(shelf.tickets.map(({ status }) => status)).toEqual(["resolved", "new"]);
    expect(shelf.acknowledgements).toHaveLength(2);
  });

  test("after closing opens a new ticket at once", () => {
    const shelf = new Shelf();
    shelf.file([message()]);
    shelf.end("closed", at(10));
    shelf.file([message({ receivedAt: at(11), text: "Something else" })]);
    expect(shelf.tickets.map(({ status }) => status)).toEqual(["closed", "new"]);
  });

  test.each(["Thanks!", "thank you", "Merci beaucoup", "Bedankt!", "Asante sana", "👍"])(
    "%s after the end neither reopens nor is acknowledged",
    (text) => {
      for (const status of ["resolved", "closed"] as const) {
        const shelf = new Shelf();
        shelf.file([message()]);
        shelf.end(status, at(10));
        shelf.file([message({ receivedAt: at(11), text })]);
        expect(shelf.tickets).toMatchObject([{ status, lastMessage: { text } }]);
        expect(shelf.tickets[0]).not.toHaveProperty("open");
        expect(shelf.acknowledgements).toHaveLength(1);
        expect(kinds(shelf)).toEqual(["opened", "acknowledged"]);
      }
    },
  );
});

describe("no acknowledgement, and an event that says why,", () => {
  const silent: [name: string, over: Partial<Message>, reason: RegExp][] = [
    ["for an auto-reply", { automated: "auto-reply" }, /automated/],
    ["for a bounce", { automated: "bounce" }, /automated/],
    ["for a list", { automated: "list" }, /automated/],
    ["for what we wrote ourselves", { ours: true }, /by us/],
  ];
  test.each(silent)("%s", (_name, over, reason) => {
    const shelf = new Shelf();
    shelf.file([message(over)]);
    expect(shelf.acknowledgements).toEqual([]);
    expect(shelf.events).toMatchObject([
      { kind: "opened" },
      { kind: "not_acknowledged", data: { reason: expect.stringMatching(reason) } },
    ]);
  });

  test("for a message older than acknowledgeWithin", () => {
    const shelf = new Shelf();
    shelf.file([message()], testSettings(), at(24 * 60 + 1));
    expect(kinds(shelf)).toEqual(["opened", "not_acknowledged"]);
  });

  test("beyond the budget of an address in an hour, and again when the hour is over", () => {
    const shelf = new Shelf();
    const settings = testSettings({ acknowledgementsPerHour: 2 });
    for (const minutes of [0, 10, 20, 61]) {
      shelf.file([message({ receivedAt: at(minutes), text: `matter ${minutes}` })], settings, at(minutes));
      shelf.end("closed", at(minutes));
    }
    expect(kinds(shelf).filter((kind) => kind.includes("acknowledged"))).toEqual([
      "acknowledged",
      "acknowledged",
      "not_acknowledged",
      "acknowledged",
    ]);
  });
});

describe("a message that cannot be read", () => {
  const poison = () => message({ tries: MAX_TRIES, fault: "broken", receivedAt: at(1) });

  test("becomes a ticket that says so", () => {
    const shelf = new Shelf();
    const plan = shelf.file([poison()]);
    expect(plan.filed).toMatchObject([{ changes: { state: "dead" } }]);
    expect(shelf.events).toContainEqual(
      expect.objectContaining({ kind: "unreadable", data: expect.objectContaining({ reason: "broken" }) }),
    );
  });

  test("blocks nobody: with an open ticket there, and with neighbours in the same batch", () => {
    for (const before of [[], [message()]]) {
      const shelf = new Shelf();
      if (before.length > 0) shelf.file(before);
      const batch = [message(), poison(), message({ receivedAt: at(2) })];
      let taken = 0;
      const plan = decide(shelf.facts(batch), testSettings(), at(3), () => {
        if (++taken > 1) throw new Error("a second ticket of one author would be open");
        return 1_000 + taken;
      });
      expect(plan.filed.map(({ changes }) => changes.state)).toEqual(["filed", "dead", "filed"]);
      expect(plan.tickets.flatMap(({ happenings }) => happenings.map(({ kind }) => kind))).toContain("unreadable");
    }
  });
});

interface Step {
  author?: string;
  text: string;
  minutes: number;
  cut: boolean;
}

const steps = fc.array(
  fc.record(
    {
      author: fc.constantFrom("ann", "bob"),
      text: fc.constantFrom("Hello", "thanks", "It is broken", "merci", "Waar blijft mijn pakket?"),
      minutes: fc.constantFrom(0, 0, 1, 600, 3_000, 9_000),
      cut: fc.boolean(),
    },
    { requiredKeys: ["text", "minutes", "cut"] },
  ),
  { minLength: 1, maxLength: 12 },
);
/** Between two stretches of messages agents end what is open, or nothing happens. */
const story = fc.array(fc.record({ steps, end: fc.constantFrom("resolved", "closed", null) }), {
  minLength: 1,
  maxLength: 4,
});

/** Neither a budget nor an age: both depend on when a batch is filed. */
const EVER = testSettings({ acknowledgementsPerHour: 1_000, acknowledgeWithin: Number.POSITIVE_INFINITY });

function play(chapters: { messages: Message[]; cuts: boolean[]; end: "resolved" | "closed" | null }[], whole: boolean) {
  const shelf = new Shelf();
  for (const { messages, cuts, end } of chapters) {
    let batch: Message[] = [];
    messages.forEach((each, index) => {
      batch.push(each);
      if (whole ? index === messages.length - 1 : cuts[index] || index === messages.length - 1) {
        shelf.file(batch, EVER);
        batch = [];
      }
      expect(shelf.tickets.filter(({ open, author }) => open && (author ?? "") === "").length).toBeLessThanOrEqual(1);
    });
    if (end) shelf.end(end, messages.at(-1)?.receivedAt ?? at(0));
  }
  return shelf;
}

function chaptersOf(story: { steps: Step[]; end: "resolved" | "closed" | null }[]) {
  let minutes = 0;
  return story.map(({ steps, end }) => ({
    end,
    cuts: steps.map(({ cut }) => cut),
    messages: steps.map((step) => {
      minutes += step.minutes;
      const { language, ...rest } = message({ text: step.text, receivedAt: at(minutes) });
      return { ...rest, ...(step.author && { author: step.author }), ...(step.cut && { language: "nl" }) };
    }),
  }));
}

describe("for every story of messages, authors, thanks, pauses and endings", () => {
  test("in whatever batches they are filed, each message has the same ticket and the same place, without a gap", () => {
    fc.assert(
      fc.property(story, (told) => {
        const chapters = chaptersOf(told);
        const [apart, together] = [play(chapters, false), play(chapters, true)];
        expect(apart.filed).toEqual(together.filed);
        expect(apart.acknowledgements.map(({ _id, seq }) => [_id, seq])).toEqual(
          together.acknowledgements.map(({ _id, seq }) => [_id, seq]),
        );
        const places = [...apart.filed, ...apart.acknowledgements].map(({ seq }) => seq ?? 0).sort((a, b) => a - b);
        expect(places).toEqual(places.map((_, index) => index + 1));
        expect(apart.conversation?.lastSeq).toBe(places.length);
      }),
    );
  });

  test("each ticket has exactly one verdict on its acknowledgement, and one open ticket an author at most", () => {
    fc.assert(
      fc.property(story, (told) => {
        const shelf = play(chaptersOf(told), false);
        for (const ticket of shelf.tickets) {
          const verdicts = kinds(shelf, ticket).filter((kind) => /acknowledged$/.test(kind));
          expect(verdicts).toHaveLength(1);
          const acknowledgements = shelf.acknowledgements.filter(({ _id }) => _id === `ack/${ticket._id}`);
          expect(acknowledgements).toHaveLength(verdicts[0] === "acknowledged" ? 1 : 0);
        }
        const open = shelf.tickets.filter((ticket) => ticket.open).map(({ author }) => author);
        expect(new Set(open).size).toBe(open.length);
      }),
    );
  });

  test("the decision is pure: the same facts give the same plan, and are left as they were", () => {
    fc.assert(
      fc.property(story, (told) => {
        const chapters = chaptersOf(told);
        const last = chapters.pop()?.messages ?? [];
        const shelf = play(chapters, false);
        const facts = shelf.facts(last);
        const before = inspect(facts, { depth: null });
        const decided = [1, 2].map(() => {
          let number = 5_000;
          return decide(facts, testSettings(), latest(last), () => ++number);
        });
        expect(inspect(facts, { depth: null })).toBe(before);
        expect(decided[0]).toEqual(decided[1]);
      }),
    );
  });
});
