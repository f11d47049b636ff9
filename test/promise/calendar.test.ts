import { describe, expect, test } from "@jest/globals";
import { type CalendarSettings, createCalendar, type ResponseTime } from "../../src/promise/calendar.ts";

const DAYTIME = [{ from: 540, to: 1_020 }];
const TWO_SHIFTS = [
  { from: 540, to: 750 },
  { from: 810, to: 1_020 },
];
const ALL_DAY = [{ from: 0, to: 1_440 }];
const OFFICE: CalendarSettings["hours"] = [DAYTIME, DAYTIME, DAYTIME, DAYTIME, DAYTIME, [], []];
const ALWAYS = Array(7).fill(ALL_DAY) as CalendarSettings["hours"];

function calendar(timeZone: string, settings: Partial<CalendarSettings> = {}) {
  return createCalendar({ timeZone, hours: OFFICE, holidays: { dates: [] }, ...settings });
}

function time(text: string): ResponseTime {
  const [, amount, business, unit] = /^(\d+) (business )?(minute|hour|day)s?$/.exec(text) ?? [];
  return { amount: Number(amount), unit: unit as ResponseTime["unit"], business: business !== undefined };
}

describe("an answer is due", () => {
  test.each([
    // In July Brussels is UTC+2. Wednesday 1 July 2026.
    ["within the day", "Europe/Brussels", "2026-07-01T08:00Z", "4 business hours", "2026-07-01T12:00Z"],
    ["exactly when it closes", "Europe/Brussels", "2026-07-01T11:00Z", "4 business hours", "2026-07-01T15:00Z"],
    ["on the next morning", "Europe/Brussels", "2026-07-01T13:00Z", "4 business hours", "2026-07-02T09:00Z"],
    ["after the weekend", "Europe/Brussels", "2026-07-03T14:00Z", "4 business hours", "2026-07-06T10:00Z"],
    [
      "from the opening on, when it came at night",
      "Europe/Brussels",
      "2026-07-01T23:00Z",
      "30 business minutes",
      "2026-07-02T07:30Z",
    ],
    [
      "from Monday on, when it came on Sunday",
      "Europe/Brussels",
      "2026-07-05T10:00Z",
      "1 business minute",
      "2026-07-06T07:01Z",
    ],
    ["weeks later", "Europe/Brussels", "2026-07-01T07:00Z", "80 business hours", "2026-07-14T15:00Z"],
    [
      "to the millisecond",
      "Europe/Brussels",
      "2026-07-01T08:00:00.123Z",
      "1 business minute",
      "2026-07-01T08:01:00.123Z",
    ],
    [
      "at the same time on the next business day",
      "Europe/Brussels",
      "2026-07-01T08:12Z",
      "1 business day",
      "2026-07-02T08:12Z",
    ],
    ["on Monday for Friday", "Europe/Brussels", "2026-07-03T08:12Z", "1 business day", "2026-07-06T08:12Z"],
    [
      "a day after the opening, when it came while closed",
      "Europe/Brussels",
      "2026-07-01T23:00Z",
      "1 business day",
      "2026-07-03T07:00Z",
    ],
    ["by the clock, at night too", "Europe/Brussels", "2026-07-01T21:00Z", "30 minutes", "2026-07-01T21:30Z"],
    ["a day later by the clock, on Saturday too", "Europe/Brussels", "2026-07-03T08:00Z", "1 day", "2026-07-04T08:00Z"],
    // Summer time begins on 29 March 2026 and ends on 25 October in Brussels.
    [
      "an hour of UTC earlier once summer time began",
      "Europe/Brussels",
      "2026-03-27T15:00Z",
      "4 business hours",
      "2026-03-30T10:00Z",
    ],
    [
      "an hour of UTC later once it ended",
      "Europe/Brussels",
      "2026-10-23T14:00Z",
      "4 business hours",
      "2026-10-26T11:00Z",
    ],
    [
      "at the same wall time after the change, by days",
      "Europe/Brussels",
      "2026-03-27T11:00Z",
      "1 business day",
      "2026-03-30T10:00Z",
    ],
    [
      "23 hours later over the change, for a day by the clock",
      "Europe/Brussels",
      "2026-03-28T12:00Z",
      "1 day",
      "2026-03-29T11:00Z",
    ],
    [
      "24 hours later over the change, for hours by the clock",
      "Europe/Brussels",
      "2026-03-28T12:00Z",
      "24 hours",
      "2026-03-29T12:00Z",
    ],
    // Odd zones: UTC+5:45; UTC+13; half an hour of summer time, which ends on 5 April 2026.
    ["in Kathmandu", "Asia/Kathmandu", "2026-07-01T10:15Z", "4 business hours", "2026-07-02T06:15Z"],
    ["in Apia", "Pacific/Apia", "2026-07-01T20:00Z", "1 business hour", "2026-07-01T21:00Z"],
    [
      "on Lord Howe Island, over its half hour",
      "Australia/Lord_Howe",
      "2026-04-03T05:00Z",
      "2 business hours",
      "2026-04-05T23:30Z",
    ],
    ["in Nairobi", "Africa/Nairobi", "2026-07-01T13:30Z", "1 business hour", "2026-07-02T06:30Z"],
    // Samoa skipped Friday 30 December 2011, to be on the other side of the date line.
    [
      "on Monday for Thursday, where Friday did not exist",
      "Pacific/Apia",
      "2011-12-29T20:00Z",
      "1 business day",
      "2012-01-01T20:00Z",
    ],
  ])("%s (%s)", (_, timeZone, from, promise, due) => {
    expect(calendar(timeZone).add(new Date(from), time(promise))).toEqual(new Date(due));
  });

  test.each([
    ["over a lunch break", [TWO_SHIFTS], "2026-07-06T09:30Z", "2 business hours", "2026-07-06T12:30Z"],
    [
      "during a lunch break, by days",
      [TWO_SHIFTS, TWO_SHIFTS],
      "2026-07-06T10:45Z",
      "1 business day",
      "2026-07-07T11:30Z",
    ],
    [
      "by closing time of a shorter day",
      [DAYTIME, [{ from: 540, to: 720 }]],
      "2026-07-06T13:00Z",
      "1 business day",
      "2026-07-07T10:00Z",
    ],
    [
      "by the opening of a later day",
      [DAYTIME, [{ from: 780, to: 900 }]],
      "2026-07-06T07:00Z",
      "1 business day",
      "2026-07-07T11:00Z",
    ],
    [
      "after midnight of a night shift",
      [[{ from: 1_320, to: 1_560 }]],
      "2026-07-06T21:00Z",
      "2 business hours",
      "2026-07-06T23:00Z",
    ],
    [
      "in the next night shift",
      [[{ from: 1_320, to: 1_560 }]],
      "2026-07-06T21:00Z",
      "5 business hours",
      "2026-07-13T22:00Z",
    ],
    [
      "once, where a night shift runs into the next day's",
      [[{ from: 1_320, to: 1_560 }], [{ from: 0, to: 180 }]],
      "2026-07-06T21:00Z",
      "4 business hours",
      "2026-07-07T01:00Z",
    ],
  ])("%s", (_, days, from, promise, due) => {
    const hours = [...days, ...Array(7 - days.length).fill([])];
    expect(calendar("Europe/Brussels", { hours }).add(new Date(from), time(promise))).toEqual(new Date(due));
  });

  test.each([
    [
      "25 hours of a day that summer time's end made longer",
      "2026-10-24T22:00Z",
      "25 business hours",
      "2026-10-25T23:00Z",
    ],
    [
      "23 hours of a day that its beginning made shorter",
      "2026-03-28T23:00Z",
      "23 business hours",
      "2026-03-29T22:00Z",
    ],
  ])("when always open, after all %s", (_, from, promise, due) => {
    expect(calendar("Europe/Brussels", { hours: ALWAYS }).add(new Date(from), time(promise))).toEqual(new Date(due));
  });
});

describe("a holiday", () => {
  test.each([
    // Friday 25 December 2026.
    ["of the country", "Europe/Brussels", { country: "BE", dates: [] }, "2026-12-24T15:00Z", "2026-12-28T11:00Z"],
    ["of a year", "Europe/Brussels", { dates: ["2026-07-02"] }, "2026-07-01T14:00Z", "2026-07-03T10:00Z"],
    ["of every year", "Europe/Brussels", { dates: ["07-02"] }, "2026-07-01T14:00Z", "2026-07-03T10:00Z"],
    // Easter Monday 2027 is on 29 March, a day after summer time began.
    [
      "beside a change of the clock",
      "Europe/Brussels",
      { country: "BE", dates: [] },
      "2027-03-26T15:00Z",
      "2027-03-30T10:00Z",
    ],
    [
      "of a state only",
      "Europe/Berlin",
      { country: "DE", state: "BY", dates: [] },
      "2026-06-03T14:00Z",
      "2026-06-05T10:00Z",
    ],
    [
      "that another state does not have",
      "Europe/Berlin",
      { country: "DE", state: "BE", dates: [] },
      "2026-06-03T14:00Z",
      "2026-06-04T10:00Z",
    ],
    // Idd-ul-Fitr begins with the sunset before: only its own day, Friday 20 March 2026, is closed.
    [
      "that begins with a sunset",
      "Africa/Nairobi",
      { country: "KE", dates: [] },
      "2026-03-19T13:00Z",
      "2026-03-23T09:00Z",
    ],
    // Six days in Eswatini, from 28 December 2026 on: they reach into January.
    [
      "of several days over the new year",
      "Africa/Mbabane",
      { country: "SZ", dates: [] },
      "2026-12-28T08:00Z",
      "2027-01-04T11:00Z",
    ],
    // On Christmas Eve Iceland closes at 13:00: a part of a day is no holiday.
    [
      "of half a day, which counts as open",
      "Atlantic/Reykjavik",
      { country: "IS", dates: [] },
      "2026-12-24T12:00Z",
      "2026-12-24T16:00Z",
    ],
  ])("%s is closed (%s)", (_, timeZone, holidays, from, due) => {
    expect(calendar(timeZone, { holidays }).add(new Date(from), time("4 business hours"))).toEqual(new Date(due));
  });
});

describe("the opening hours", () => {
  const brussels = calendar("Europe/Brussels", { hours: [TWO_SHIFTS, TWO_SHIFTS, [], [], [], [], []] });

  test.each([
    ["2026-07-06T06:59:59.999Z", false, "2026-07-06T07:00Z"],
    ["2026-07-06T07:00Z", true, "2026-07-06T07:00Z"],
    ["2026-07-06T10:29:59.999Z", true, "2026-07-06T10:29:59.999Z"],
    ["2026-07-06T10:30Z", false, "2026-07-06T11:30Z"],
    ["2026-07-06T15:00Z", false, "2026-07-07T07:00Z"],
    ["2026-07-07T15:00Z", false, "2026-07-13T07:00Z"],
  ])("at %s are open: %s, and open next at %s", (at, isOpen, next) => {
    expect(brussels.isOpen(new Date(at))).toBe(isOpen);
    expect(brussels.nextOpening(new Date(at))).toEqual(new Date(next));
  });

  test("that never open are refused rather than searched for ever", () => {
    const never = calendar("Europe/Brussels", { hours: Array(7).fill([]) });
    expect(() => never.nextOpening(new Date())).toThrow("leave nothing open");
    const holiday = Array.from({ length: 366 }, (_, day) =>
      new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(5, 10),
    );
    const always = calendar("Africa/Nairobi", { hours: ALWAYS, holidays: { dates: holiday } });
    expect(() => always.add(new Date(), time("1 business minute"))).toThrow("leave nothing open");
  });
});
