import type { CalendarSettings } from "../../src/promise/calendar.ts";

const MINUTE = 60_000;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** Beyond this the model gives up. */
const LONGEST_SEARCH = 12 * 24 * 60;

/** The calendar as anyone would do it with a wall clock and patience: minute by minute. Knows own holidays only. */
export function slowCalendar({ timeZone, hours, holidays }: CalendarSettings) {
  const clock = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });

  function read(at: number) {
    const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      weekday: WEEKDAYS.indexOf(parts.weekday ?? ""),
      date: `${parts.year}-${parts.month}-${parts.day}`,
      minute: Number(parts.hour) * 60 + Number(parts.minute),
    };
  }

  function covers(weekday: number, date: string, minute: number): boolean {
    const isHoliday = holidays.dates.includes(date);
    return !isHoliday && (hours[weekday] ?? []).some(({ from, to }) => from <= minute && minute < to);
  }

  function isOpen(at: number): boolean {
    const { weekday, date, minute } = read(at);
    const before = new Date(Date.parse(`${date}T00:00Z`) - 24 * 60 * MINUTE).toISOString().slice(0, 10);
    return covers(weekday, date, minute) || covers((weekday + 6) % 7, before, minute + 24 * 60);
  }

  return {
    isOpen,
    read,
    /** When that many open minutes have passed, or undefined when that takes too long. */
    addMinutes(from: number, amount: number): number | undefined {
      let left = amount;
      for (let step = 0; step < LONGEST_SEARCH; step++) {
        if (isOpen(from + step * MINUTE)) left -= 1;
        if (left === 0) return from + (step + 1) * MINUTE;
      }
      return undefined;
    },
  };
}
