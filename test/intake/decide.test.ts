import { describe, expect, test } from "@jest/globals";
import { decide, MAX_TRIES } from "../../src/intake/decide.ts";
import type { Message } from "../../src/types.ts";
import { testSettings } from "../support/core.ts";
import { at, message, Shelf } from "../support/shelf.ts";

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
    expect(shelf.kinds()).toEqual(["opened", "acknowledged"]);
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
    expect(shelf.kinds()).toEqual(["opened", "acknowledged", "reopened"]);
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
        expect(shelf.kinds()).toEqual(["opened", "acknowledged"]);
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
    expect(shelf.kinds()).toEqual(["opened", "not_acknowledged"]);
  });

  test("beyond the budget of an address in an hour, and again when the hour is over", () => {
    const shelf = new Shelf();
    const settings = testSettings({ acknowledgementsPerHour: 2 });
    for (const minutes of [0, 10, 20, 61]) {
      shelf.file([message({ receivedAt: at(minutes), text: `matter ${minutes}` })], settings, at(minutes));
      shelf.end("closed", at(minutes));
    }
    expect(shelf.kinds().filter((kind) => kind.includes("acknowledged"))).toEqual([
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
