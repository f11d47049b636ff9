import type { Say } from "./words/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export function time(at: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(at);
}

/** "Today", "Yesterday", a weekday within a week, else a date. */
export function day(at: Date, language: string, t: Say, now = new Date()): string {
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const options: Intl.DateTimeFormatOptions =
    Math.abs(days) < 7 ? { weekday: "long" } : { day: "numeric", month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(language, options).format(at);
}

/** The time alone for today, with its day otherwise. */
export function moment(at: Date, language: string, now = new Date()): string {
  const days = Math.abs(Math.round((midnight(at) - midnight(now)) / DAY_MS));
  if (days === 0) return time(at, language);
  const when: Intl.DateTimeFormatOptions = days < 7 ? { weekday: "long" } : { day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(language, { ...when, hour: "numeric", minute: "2-digit" }).format(at);
}

/** Bytes, as people say it. */
export function size(bytes: number, language: string): string {
  const [unit, value] =
    bytes < 1_000 ? ["byte", bytes] : bytes < 1_000_000 ? ["kilobyte", bytes / 1_000] : ["megabyte", bytes / 1_000_000];
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, options).format(value as number);
}

/** A text in pieces, its web addresses apart. */
export function pieces(text: string): { text: string; href?: string }[] {
  const parts = text.split(/(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]])/);
  return parts
    .map((part, index) => (index % 2 ? { text: part, href: part } : { text: part }))
    .filter((part) => part.text);
}

/** Black or white, whichever is read more easily on this color (WCAG contrast). */
export function readableOn([red, green, blue]: [number, number, number]): "#fff" | "#111" {
  const linear = (value: number) =>
    value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / (0.0056 + 0.05) ? "#fff" : "#111";
}

function midnight(at: Date): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
