import type { TicketSummary } from "./types.ts";

const MINUTE = 60_000;
/** The last quarter of the time promised is "soon", but never less than 5 minutes of it nor more than an hour. */
const SOON_SHARE = 4;
const SOON_AT_LEAST = 5 * MINUTE;
const SOON_AT_MOST = 60 * MINUTE;

type Urgency = "kept" | "calm" | "soon" | "overdue";

/** How a promise stands. */
export interface Countdown {
  urgency: Urgency;
  /** Time left, or time over when overdue; ms, never negative. */
  amount: number;
}

interface Promised {
  status: TicketSummary["status"];
  createdAt: string;
  dueAt?: string;
  respondedAt?: string;
}

/** How the promise of a first answer stands at `now`; null where none was made, or where it was settled without an answer. */
export function countdown(ticket: Promised, now: number): Countdown | null {
  if (!ticket.dueAt) return null;
  const due = Date.parse(ticket.dueAt);
  if (ticket.respondedAt) return { urgency: "kept", amount: Math.max(0, Date.parse(ticket.respondedAt) - due) };
  if (ticket.status === "resolved" || ticket.status === "closed") return null;
  const left = due - now;
  if (left <= 0) return { urgency: "overdue", amount: now - due };
  const span = due - Date.parse(ticket.createdAt);
  const soon = Math.min(SOON_AT_MOST, Math.max(SOON_AT_LEAST, span / SOON_SHARE));
  return { urgency: left <= soon ? "soon" : "calm", amount: left };
}

/** A duration in one unit. */
export interface Span {
  value: number;
  unit: "minute" | "hour" | "day";
}

/** A duration in the one unit that a person would say it in: 59 minutes, 3 hours, 2 days. */
export function span(duration: number): Span {
  const minutes = Math.floor(Math.max(0, duration) / MINUTE);
  if (minutes < 60) return { value: minutes, unit: "minute" };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { value: hours, unit: "hour" };
  return { value: Math.floor(hours / 24), unit: "day" };
}
