import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type CalendarSettings, createCalendar } from "../../src/promise/calendar.ts";
import { slowCalendar } from "./model.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Changes of the clock: by an hour, by half an hour, at midnight, over a whole day; and zones off the hour. */
const TURNS: [timeZone: string, near: string][] = [
  ["Europe/Brussels", "2026-03-29T01:00Z"],
  ["Europe/Brussels", "2026-10-25T01:00Z"],
  ["America/New_York", "2026-11-01T06:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
  ["America/Havana", "2026-03-08T05:00Z"],
  ["Africa/Cairo", "2026-04-23T22:00Z"],
  ["Africa/Cairo", "2026-10-29T21:00Z"],
  ["America/Santiago", "2026-09-06T04:00Z"],
  ["Africa/Casablanca", "2026-02-15T02:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
  ["Pacific/Chatham", "2026-04-04T14:00Z"],
  ["Asia/Kathmandu", "2026-07-01T00:00Z"],
  ["UTC", "2026-12-31T23:59Z"],
];

const interval = fc
  .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 15, max: 900 }))
  .map(([from, length]) => ({ from, to: from + length }));
const day = fc
  .array(interval, { maxLength: 3 })
  .map((intervals) =>
    intervals
      .sort((a, b) => a.from - b.from)
      .filter(({ from }, index) => intervals.slice(0, index).every(({ to }) => to <= from)),
  );
const week = fc.array(day, { minLength: 7, maxLength: 7 }).filter((days) => days.some((each) => each.length > 0));
const moment = fc
  .tuple(fc.constantFrom(...TURNS), fc.integer({ min: -4 * 24 * 60, max: 24 * 60 }))
  .map(([[timeZone, near], offset]) => ({ timeZone, from: Date.parse(near) + offset * MINUTE }));
const holidays = (from: number) =>
  fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 3 }).map((days) => ({
    dates: days.map((days) => new Date(from + days * DAY).toISOString().slice(0, 10)),
  }));
const setting = fc
  .tuple(moment, week)
  .chain(([{ timeZone, from }, hours]) =>
    holidays(from).map((closed) => ({ timeZone, from, hours, holidays: closed })),
  );

describe("whatever the hours, holidays, zone and change of the clock", () => {
  test("business minutes are those that a clock on the wall shows within the hours, counted one by one", () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 1, max: 700 }), ({ from, ...settings }, amount) => {
        const due = slowCalendar(settings).addMinutes(from, amount);
        fc.pre(due !== undefined);
        const added = createCalendar(settings).add(new Date(from), { amount, unit: "minute", business: true });
        expect(added).toEqual(new Date(due));
      }),
      { numRuns: 150 },
    );
  });

  test("it is open when the clock on the wall is within the hours, and opens next at the first such minute", () => {
    fc.assert(
      fc.property(setting, ({ from, ...settings }) => {
        const slow = slowCalendar(settings);
        const first = slow.addMinutes(from, 1);
        const calendar = createCalendar(settings);
        expect(calendar.isOpen(new Date(from))).toBe(slow.isOpen(from));
        fc.pre(first !== undefined);
        expect(calendar.nextOpening(new Date(from))).toEqual(new Date(first - MINUTE));
      }),
      { numRuns: 150 },
    );
  });

  test("minutes added one after another are minutes added at once", () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 3_000 }), (given, a, b) => {
        const { from, ...settings } = given;
        const add = adder(settings, "minute");
        expect(add(add(new Date(from), a), b)).toEqual(add(new Date(from), a + b));
      }),
    );
  });

  test("who came first is due first, or at the same time", () => {
    fc.assert(
      fc.property(setting, fc.nat(5 * 24 * 60), fc.integer({ min: 1, max: 2_000 }), (given, later, amount) => {
        const { from, ...settings } = given;
        const add = adder(settings, "minute");
        const [first, second] = [add(new Date(from), amount), add(new Date(from + later * MINUTE), amount)];
        expect(first.getTime()).toBeLessThanOrEqual(second.getTime());
      }),
    );
  });

  test("a business day passes over as many days that open as it says, and ends while one is", () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 6 }), ({ timeZone, from }, amount) => {
        const daytime = [{ from: 540, to: 1_020 }];
        const settings = { timeZone, hours: [daytime, daytime, [], daytime, daytime, [], []], holidays: { dates: [] } };
        const slow = slowCalendar(settings);
        const start = createCalendar(settings).nextOpening(new Date(from)).getTime();
        const due = adder(settings, "day")(new Date(from), amount).getTime();
        expect(slow.isOpen(due) || slow.isOpen(due - MINUTE)).toBe(true);
        const dates = new Set<string>();
        for (let at = start; at <= due; at += 30 * MINUTE) if (slow.isOpen(at)) dates.add(slow.read(at).date);
        dates.add(slow.read(due).date);
        expect(dates.size).toBe(amount + 1);
      }),
    );
  });
});

function adder(settings: CalendarSettings, unit: "minute" | "day") {
  const calendar = createCalendar(settings);
  return (from: Date, amount: number) => calendar.add(from, { amount, unit, business: true });
}
