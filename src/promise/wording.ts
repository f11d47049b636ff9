import { Temporal } from "temporal-polyfill";
import { fill } from "./fill.ts";

const STEP = 5 * 60_000;
/** From here on a weekday's name could mean another week. */
const DATE_FROM_DAYS = 7;

export interface WhenOptions {
  language: string;
  /** Ours. */
  timeZone: string;
  /** What the customer's device says, where known; not to be trusted. */
  customerTimeZone?: string | undefined;
  /** Such as "{day} before {time}". */
  before: string;
  /** Such as "{day} before {time} ({zone})". */
  beforeInZone: string;
}

/** To full five minutes: nobody promises an answer before 15:37. */
export function roundedUp(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / STEP) * STEP);
}

/**
 * A moment to come in the customer's words, such as "today before 15:40", rounded up. Whose clock differs from ours gets
 * it by their own, and is told which that is.
 */
export function sayWhen(
  at: Date,
  now: Date,
  { language, timeZone, customerTimeZone, before, beforeInZone }: WhenOptions,
): string {
  const rounded = roundedUp(at);
  const isForeign = customerTimeZone !== undefined && differ(rounded, timeZone, customerTimeZone);
  const zone = isForeign ? customerTimeZone : timeZone;
  const local = zoned(rounded, zone);
  // "Tomorrow before 0:00" would be misread: it is today, before 24:00.
  const isMidnight = local.hour === 0 && local.minute === 0;
  const date = local.toPlainDate().subtract({ days: isMidnight ? 1 : 0 });
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: isMidnight ? "h24" : "h23", timeZone: zone } as const;
  return fill(isForeign ? beforeInZone : before, {
    day: sayDay(date, zoned(now, zone).toPlainDate(), language),
    time: new Intl.DateTimeFormat(language, time).format(rounded),
    zone: sayZone(rounded, zone, language),
  });
}

function differ(at: Date, ours: string, theirs: string): boolean {
  try {
    return zoned(at, ours).offsetNanoseconds !== zoned(at, theirs).offsetNanoseconds;
  } catch {
    return false;
  }
}

function sayDay(date: Temporal.PlainDate, today: Temporal.PlainDate, language: string): string {
  const days = today.until(date).days;
  if (days < 2) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.max(days, 0), "day");
  const parts = days < DATE_FROM_DAYS ? {} : ({ day: "numeric", month: "long" } as const);
  const noon = new Date(`${date.toString()}T12:00:00Z`);
  return new Intl.DateTimeFormat(language, { weekday: "long", ...parts, timeZone: "UTC" }).format(noon);
}

function sayZone(at: Date, timeZone: string, language: string): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: "longGeneric" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}

function zoned(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}
