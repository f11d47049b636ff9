import { Temporal } from "temporal-polyfill";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Hours and holidays that leave nothing open for so long will not do so later either. */
const LONGEST_CLOSURE = 800;

/** Minutes since midnight; `to` is beyond 1440 when it ends on the following day. */
export interface Interval {
  from: number;
  to: number;
}

export interface OpeningHours {
  timeZone: string;
  /** The intervals of each weekday in order, Monday first. An interval belongs to the day on which it starts. */
  hours: readonly (readonly Interval[])[];
  /** Of a date such as "2026-12-25". */
  isHoliday(date: string): boolean;
}

/** A span of time, in epoch milliseconds; `end` is no longer part of it. */
export interface Opening {
  start: number;
  end: number;
}

/**
 * The spans from that moment on in which the clock on the wall is within the opening hours, in order, never overlapping.
 * Where summer time begins or ends a span may come in two parts.
 */
export function* openingsFrom(settings: OpeningHours, from: number): Generator<Opening, never> {
  let covered = from;
  let lastOpen = Math.floor(from / DAY);
  for (let stretch = stretchAt(settings.timeZone, from); ; stretch = stretchAt(settings.timeZone, stretch.end)) {
    const { start, end, offset } = stretch;
    // The day before may have an interval that ends after midnight.
    for (let day = Math.floor((start + offset) / DAY) - 1; day * DAY - offset < end; day++) {
      if (day - lastOpen > LONGEST_CLOSURE) throw new Error("The opening hours leave nothing open for years.");
      for (const interval of intervalsOf(settings, day)) {
        const opens = Math.max(covered, start, day * DAY + interval.from * MINUTE - offset);
        const closes = Math.min(end, day * DAY + interval.to * MINUTE - offset);
        if (opens >= closes) continue;
        yield { start: opens, end: closes };
        covered = closes;
        lastOpen = day;
      }
    }
  }
}

/** The intervals of a local day, counted from 1970-01-01; none on a holiday. */
export function intervalsOf({ hours, isHoliday }: OpeningHours, day: number): readonly Interval[] {
  // 1970-01-01 was a Thursday.
  const intervals = hours[(((day + 3) % 7) + 7) % 7] ?? [];
  return intervals.length > 0 && isHoliday(new Date(day * DAY).toISOString().slice(0, 10)) ? [] : intervals;
}

/** The time from that moment on in which local time is UTC plus one offset. */
function stretchAt(timeZone: string, start: number): Opening & { offset: number } {
  const local = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timeZone);
  const end = local.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  return { start, end, offset: local.offsetNanoseconds / 1_000_000 };
}
