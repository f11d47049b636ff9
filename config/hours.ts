import { createRequire } from "node:module";
import type Holidays from "date-holidays";
import { z } from "zod";

const DAY = 24 * 60;

/** Minutes since midnight of the day on which the interval starts; `to` goes beyond 1440 when it ends after midnight. */
interface Interval {
  from: number;
  to: number;
}

/** Opening hours, Monday first. */
export type Week = Interval[][];

const HOURS = 'set hours such as "9:00-12:30" (24-hour clock, "22:00-2:00" ends the day after)';
const WEEK = 'set hours for each weekday, such as monday: "9:00-17:00", or "always"';

const interval = z.string({ error: HOURS }).transform((text, context): Interval => {
  const [, h1, m1, h2, m2] = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  const from = Number(h1) * 60 + Number(m1);
  const to = Number(h2) * 60 + Number(m2);
  if (Number(m1) < 60 && Number(m2) < 60 && from < DAY && to <= DAY && from !== to) {
    return { from, to: to > from ? to : to + DAY };
  }
  context.addIssue({ code: "custom", message: HOURS });
  return z.NEVER;
});

const day = z.preprocess(
  (value) => (typeof value === "string" ? [value] : (value ?? [])),
  z.array(interval).transform((intervals, context) => {
    const sorted = intervals.toSorted((a, b) => a.from - b.from);
    if (sorted.some((next, i) => i > 0 && next.from < (sorted[i - 1]?.to ?? 0))) {
      context.addIssue({ code: "custom", message: "set intervals that do not overlap" });
    }
    return sorted;
  }),
);

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** "always", or the opening hours of each weekday; a weekday that is not named is closed. */
export const hours = z.preprocess(
  (value) => (value === "always" ? Object.fromEntries(WEEKDAYS.map((name) => [name, "0:00-24:00"])) : value),
  z
    .strictObject(
      { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day, saturday: day, sunday: day },
      { error: ({ code }) => (code === "invalid_type" ? WEEK : undefined) },
    )
    .partial()
    .transform((week, context): Week => {
      const days = WEEKDAYS.map((name) => week[name] ?? []);
      if (days.every((intervals) => intervals.length === 0)) {
        context.addIssue({ code: "custom", message: WEEK });
      }
      return days;
    }),
);

const DATE = { error: 'set a date such as "2026-12-24", or "12-24" for every year' };
const date = z.string(DATE).refine(isDate, DATE);

/** Days on which everything is closed: public holidays of a country (and its state or region), and dates of one's own. */
export const holidays = z
  .strictObject({
    country: z.string().optional(),
    state: z.string().optional(),
    region: z.string().optional(),
    dates: z.array(date).default([]),
  })
  .check(({ value, issues }) => {
    if (value.country === undefined) return;
    const known = calendars();
    const check = (key: "country" | "state" | "region", list: Record<string, string> | undefined, choice: string) => {
      const code = value[key];
      if (code !== undefined && list?.[code] === undefined) {
        issues.push({ code: "custom", input: code, path: [key], message: `set ${choice}` });
      }
    };
    const { country = "", state = "" } = value;
    const states = known.getStates(country);
    const regions = known.getRegions(country, state);
    check("country", known.getCountries(), "a country code such as BE, FR, KE, NL or US");
    if (known.getCountries()[country]) check("state", states, choiceOf(states));
    if (states?.[state]) check("region", regions, choiceOf(regions));
  });

/** Read only by who names a country: it is 14 MB of the world's holidays. */
function calendars(): Holidays {
  const Known = createRequire(import.meta.url)("date-holidays") as typeof Holidays;
  return new Known();
}

function choiceOf(list: Record<string, string> | undefined): string {
  return list ? `one of ${Object.keys(list).join(", ")}` : "none: there is none to choose from";
}

function isDate(text: string): boolean {
  const [, year = "2024", monthAndDay = ""] = /^(?:(\d{4})-)?(\d{2}-\d{2})$/.exec(text) ?? [];
  const parsed = new Date(`${year}-${monthAndDay}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().slice(5, 10) === monthAndDay;
}
