import { describe, expect, test } from "@jest/globals";
import { merge, readFrom, timeline } from "../../../src/console/lib/timeline.ts";
import type { EventView, MessageView } from "../../../src/console/lib/types.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 9, minutes)).toISOString();
const day = (instant: string) => instant.slice(0, 10);

function message(seq: number, given: Partial<MessageView> = {}): MessageView {
  const made = {
    id: `m${seq}`,
    seq,
    from: "customer",
    author: "Zoë",
    channel: "webchat",
    text: "",
    files: [],
  } as const;
  return { ...made, files: [], at: at(seq), state: "filed", ...given };
}

function event(id: string, minutes: number, kind = "assigned"): EventView {
  return { id, kind, actor: { kind: "gateway", name: "Firstline" }, data: {}, at: at(minutes) };
}

const keys = (items: ReturnType<typeof timeline>) => items.map(({ key }) => key);

describe("a conversation", () => {
  test("shows messages in the order of their seq, with events and days between them", () => {
    const items = timeline(
      [message(1), message(5), message(6, { at: "2026-11-24T08:00:00.000Z" })],
      [event("late", 600), event("between", 3)],
      day,
    );
    expect(keys(items)).toEqual([
      expect.stringMatching(/^day/),
      "m1",
      "event/between",
      "m5",
      "event/late",
      expect.stringMatching(/^day/),
      "m6",
    ]);
  });

  test("keeps the order of seq when the clocks of two processes disagree", () => {
    const items = timeline([message(1, { at: at(9) }), message(2, { at: at(8) })], [], day);
    expect(keys(items).slice(1)).toEqual(["m1", "m2"]);
  });

  test("leaves out events that a message tells already", () => {
    expect(keys(timeline([message(1)], [event("e", 0, "opened"), event("f", 2, "replied")], day))).toEqual([
      expect.stringMatching(/^day/),
      "m1",
    ]);
  });

  test("names an author once for messages that follow each other closely", () => {
    const items = timeline([message(1), message(2), message(30), message(31, { from: "agent" })], [], day);
    expect(items.map((item) => item.kind === "message" && item.joined)).toEqual([false, false, true, false, false]);
  });
});

describe("what is known of messages", () => {
  test("takes each once, in order, whatever way it comes", () => {
    const known = merge([message(3), message(1)], [message(2), message(1)]);
    expect(known.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("never moves a delivery state back", () => {
    const read = message(1, { from: "agent", state: "read" });
    expect(merge([read], [message(1, { from: "agent", state: "sent" })])[0]?.state).toBe("read");
    expect(merge([message(1, { from: "agent", state: "failed" })], [{ ...read, state: "delivered" }])[0]?.state).toBe(
      "delivered",
    );
  });

  test("is read on after the last one, or from the first whose delivery may have changed", () => {
    expect(readFrom([])).toBe(0);
    expect(readFrom([message(1), message(2, { from: "note", state: "sent" })])).toBe(2);
    expect(readFrom([message(1), message(2, { from: "agent", state: "sent" }), message(3)])).toBe(1);
    expect(readFrom([message(1), message(2, { from: "agent", state: "read" }), message(3)])).toBe(3);
  });
});
