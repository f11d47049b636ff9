import { describe, expect, test } from "@jest/globals";
import { countdown, span } from "../../../src/console/lib/countdown.ts";

const MINUTE = 60_000;
const CREATED = Date.parse("2026-11-23T09:00:00Z");
const at = (minutes: number) => new Date(CREATED + minutes * MINUTE).toISOString();

const promised = (minutes: number, more: object = {}) => ({
  status: "open" as const,
  createdAt: at(0),
  dueAt: at(minutes),
  ...more,
});

describe("the promise of a first answer", () => {
  test.each([
    ["calm while most of the time is left", 120, 30, { urgency: "calm", amount: 90 * MINUTE }],
    ["soon in the last quarter", 120, 91, { urgency: "soon", amount: 29 * MINUTE }],
    ["soon five minutes before the end of a short one", 10, 5, { urgency: "soon", amount: 5 * MINUTE }],
    ["calm before that", 10, 4, { urgency: "calm", amount: 6 * MINUTE }],
    ["soon only in the last hour of a long one", 3000, 2939, { urgency: "calm", amount: 61 * MINUTE }],
    ["overdue at its moment", 60, 60, { urgency: "overdue", amount: 0 }],
    ["overdue after it, by how much", 60, 72, { urgency: "overdue", amount: 12 * MINUTE }],
  ])("is %s", (_, minutes, now, expected) => {
    expect(countdown(promised(minutes), CREATED + now * MINUTE)).toEqual(expected);
  });

  test("is kept once answered, whatever the time is, and says how late the answer was", () => {
    expect(countdown(promised(60, { respondedAt: at(59) }), CREATED + 500 * MINUTE)).toEqual({
      urgency: "kept",
      amount: 0,
    });
    expect(countdown(promised(60, { respondedAt: at(72) }), CREATED)).toEqual({ urgency: "kept", amount: 12 * MINUTE });
  });

  test("is nothing where none was made, or where the ticket ended without an answer", () => {
    expect(countdown({ status: "open", createdAt: at(0) }, CREATED)).toBeNull();
    expect(countdown(promised(60, { status: "resolved" }), CREATED)).toBeNull();
    expect(countdown(promised(60, { status: "closed" }), CREATED)).toBeNull();
  });
});

test.each([
  [0, 0, "minute"],
  [59, 59, "minute"],
  [60, 1, "hour"],
  [47 * 60 + 59, 47, "hour"],
  [48 * 60, 2, "day"],
  [-5, 0, "minute"],
])("says %i minutes in the unit that a person would", (minutes, value, unit) => {
  expect(span(minutes * MINUTE)).toEqual({ value, unit });
});
