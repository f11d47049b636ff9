import { createRequire } from "node:module";
import type Holidays from "date-holidays";

const DAY = 86_400_000;
/** A summer-time change makes a day an hour shorter; a part of a day is no holiday. */
const ALMOST_A_DAY = 0.95;

export interface HolidaySettings {
  country?: string | undefined;
  state?: string | undefined;
  region?: string | undefined;
  /** "2026-12-24", or "12-24" for every year. */
  dates: readonly string[];
}

/** Whether a date such as "2026-12-25" is a public holiday of the country, or one of the operator's own. */
export function createHolidays({
  country,
  state = "",
  region = "",
  dates,
}: HolidaySettings): (date: string) => boolean {
  const own = new Set(dates);
  const known = country === undefined ? undefined : publicHolidays({ country, state, region });
  const years = new Map<number, Set<string>>();
  const publicOnes = (year: number): Set<string> => {
    const found =
      years.get(year) ?? new Set([year - 1, year].flatMap((each) => known?.getHolidays(each) ?? []).flatMap(datesOf));
    years.set(year, found);
    return found;
  };
  return (date) => own.has(date) || own.has(date.slice(5)) || publicOnes(Number(date.slice(0, 4))).has(date);
}

/** Read only by who names a country: it is 14 MB of the world's holidays. */
function publicHolidays(place: { country: string; state: string; region: string }): Holidays {
  const Known = createRequire(import.meta.url)("date-holidays") as typeof Holidays;
  return new Known(place, { types: ["public"] });
}

/** Every whole day of a holiday. Some begin with the sunset before, and yet are named by the day that follows. */
function datesOf({ date, start, end }: { date: string; start: Date; end: Date }): string[] {
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  const days = Math.floor((end.getTime() - start.getTime()) / DAY + 1 - ALMOST_A_DAY);
  return Array.from({ length: days }, (_, index) => new Date(first + index * DAY).toISOString().slice(0, 10));
}
