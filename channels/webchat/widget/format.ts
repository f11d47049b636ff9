const DAY_MS = 24 * 60 * 60 * 1000;

/** By the 24 hours of the acknowledgement, so that both name the same moment alike. */
const CLOCK = { hour: "numeric", minute: "2-digit", hourCycle: "h23" } as const;

export function time(at: Date, language: string): string {
  return new Intl.DateTimeFormat(language, CLOCK).format(at);
}

/** "today", "tomorrow", a weekday within a week, else a date. */
export function day(at: Date, language: string, now = new Date()): string {
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  if (Math.abs(days) <= 1) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(
    language,
    Math.abs(days) < 7 ? { weekday: "long" } : { day: "numeric", month: "long", ...year },
  ).format(at);
}

/** The time alone for today, with its day otherwise. */
export function moment(at: Date, language: string, now = new Date()): string {
  const today = midnight(at) === midnight(now);
  return today ? time(at, language) : `${day(at, language, now)} ${time(at, language)}`;
}

/** Bytes, as people say it. */
export function size(bytes: number, language: string): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1_000));
  const [unit, value]: [string, number] = kilobytes < 1_000 ? ["kilobyte", kilobytes] : ["megabyte", kilobytes / 1_000];
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, options).format(value);
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
