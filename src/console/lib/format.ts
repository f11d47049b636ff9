import { clock } from "./clock.svelte.ts";
import { type Countdown, countdown, span } from "./countdown.ts";
import { locale, t } from "./i18n.svelte.ts";
import type { TicketSummary } from "./types.ts";

const DAY = 86_400_000;

/** "12 min", "3 hr", "2 days", in the agent's language. */
export function duration(amount: number): string {
  const { value, unit } = span(amount);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short" }).format(value);
}

/** How long ago, as short as a list needs it. */
export function age(at: string): string {
  const passed = clock.now - Date.parse(at);
  return passed < 60_000 ? t("age.now") : duration(passed);
}

/** Hours and minutes, as this agent writes them. */
export function timeOfDay(at: string): string {
  return format(at, { hour: "numeric", minute: "2-digit" });
}

/** Date and time in full, for titles and facts. */
export function moment(at: string): string {
  return format(at, { dateStyle: "medium", timeStyle: "short" });
}

/** As short as it stays clear: the time today, with the weekday this week, else with the date. */
export function shortMoment(at: string): string {
  const distance = Math.abs(clock.now - Date.parse(at));
  if (dayOf(at) === dayOf(new Date(clock.now).toISOString())) return timeOfDay(at);
  if (distance < 6 * DAY) return format(at, { weekday: "short", hour: "numeric", minute: "2-digit" });
  return format(at, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
}

/** The heading over a day of a conversation. */
export function dayName(at: string): string {
  if (dayOf(at) === dayOf(new Date(clock.now).toISOString())) return t("talk.today");
  if (dayOf(at) === dayOf(new Date(clock.now - DAY).toISOString())) return t("talk.yesterday");
  return format(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** The day an instant falls on here, as a key. */
export function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** The time of day in another zone, or "" for a zone that the browser does not know. */
export function timeIn(timeZone: string): string {
  try {
    return format(new Date(clock.now).toISOString(), {
      weekday: "short",
      hour: "numeric",
      minute: "2-digit",
      timeZone,
    });
  } catch {
    return "";
  }
}

/** A language by its name in the agent's own, or its tag where the browser knows none. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Bytes as people read them: kB, MB. */
export function fileSize(bytes: number): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale(), options).format(value);
}

/** The promise in words, with how urgent it is; null where none was made. */
export function promise(ticket: TicketTimes): (Countdown & { text: string }) | null {
  const state = countdown(ticket, clock.now);
  return state && { ...state, text: promiseText(state) };
}

type TicketTimes = Pick<TicketSummary, "status" | "dueAt" | "respondedAt" | "createdAt">;

function promiseText({ urgency, amount }: Countdown): string {
  const minutes = amount >= 60_000;
  if (urgency === "kept") return minutes ? t("promise.late", { span: duration(amount) }) : t("promise.kept");
  if (urgency === "overdue")
    return minutes ? t("promise.overdue", { span: duration(amount) }) : t("promise.overdueNow");
  return t("promise.left", { span: minutes ? duration(amount) : `< ${duration(60_000)}` });
}

function format(at: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), options).format(new Date(at));
}
