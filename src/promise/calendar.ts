import { Temporal } from "temporal-polyfill";
import { createHolidays, type HolidaySettings } from "./holidays.ts";
import { type Interval, intervalsOf, type OpeningHours, openingsFrom } from "./openings.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span to add to a moment: opening hours count when `business`, else the clock does. */
export interface ResponseTime {
  amount: number;
  unit: "minute" | "hour" | "day";
  business: boolean;
}

export interface CalendarSettings {
  timeZone: string;
  hours: readonly (readonly Interval[])[];
  holidays: HolidaySettings;
}

/** When someone is there to answer. */
export interface Calendar {
  isOpen(at: Date): boolean;
  /** `at` itself when open. */
  nextOpening(at: Date): Date;
  /**
   * The moment by which an answer is due. Business minutes and hours count only while open. A business day later is the
   * same time on the next day that opens at all, within that day's hours; what comes while closed counts from the next opening.
   */
  add(from: Date, time: ResponseTime): Date;
}

/** A calendar over these opening hours and holidays, on the clock of its time zone. */
export function createCalendar({ timeZone, hours, holidays }: CalendarSettings): Calendar {
  const opening: OpeningHours = { timeZone, hours, isHoliday: createHolidays(holidays) };
  const nextOpening = (at: Date) => new Date(openingsFrom(opening, at.getTime()).next().value.start);
  return {
    isOpen: (at) => nextOpening(at).getTime() === at.getTime(),
    nextOpening,
    add(from, { amount, unit, business }) {
      if (!business) return addByTheClock(timeZone, from, amount, unit);
      if (unit === "day") return addBusinessDays(opening, nextOpening(from), amount);
      return addBusinessTime(opening, from, amount * (unit === "hour" ? HOUR : MINUTE));
    },
  };
}

function addBusinessTime(opening: OpeningHours, from: Date, time: number): Date {
  const openings = openingsFrom(opening, from.getTime());
  for (let left = time; ; ) {
    const { start, end } = openings.next().value;
    if (left <= end - start) return new Date(start + left);
    left -= end - start;
  }
}

function addBusinessDays(opening: OpeningHours, from: Date, amount: number): Date {
  const local = zoned(from, opening.timeZone);
  const time = local.toPlainDateTime().since(local.toPlainDate().toPlainDateTime()).total("millisecond");
  let date = local.toPlainDate();
  for (let left = amount; left > 0; ) {
    date = date.add({ days: 1 });
    if (exists(date, opening.timeZone) && intervalsOn(opening, date).length > 0) left -= 1;
  }
  const intervals = intervalsOn(opening, date);
  const earliest = (intervals.at(0)?.from ?? 0) * MINUTE;
  const latest = (intervals.at(-1)?.to ?? 0) * MINUTE;
  const within = date.toPlainDateTime().add({ milliseconds: Math.min(Math.max(time, earliest), latest) });
  return new Date(within.toZonedDateTime(opening.timeZone).epochMilliseconds);
}

function addByTheClock(timeZone: string, from: Date, amount: number, unit: ResponseTime["unit"]): Date {
  return new Date(zoned(from, timeZone).add({ [`${unit}s`]: amount }).epochMilliseconds);
}

function intervalsOn(opening: OpeningHours, date: Temporal.PlainDate): readonly Interval[] {
  return intervalsOf(opening, Date.UTC(date.year, date.month - 1, date.day) / DAY);
}

/** Samoa had no 30 December 2011. */
function exists(date: Temporal.PlainDate, timeZone: string): boolean {
  return date.toZonedDateTime(timeZone).toPlainDate().equals(date);
}

function zoned(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}
