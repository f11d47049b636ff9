import type { DeliveryState, EventView, MessageView } from "./types.ts";

/** Told by the message they stand beside; the history beside the conversation still lists them. */
const TOLD_BY_MESSAGE = new Set([
  "opened",
  "replied",
  "noted",
  "acknowledged",
  "delivery_failed",
  "delivery_uncertain",
]);
/** The same order as the gateway's: a receipt outranks our own doubts. */
const RANKS: Record<DeliveryState, number> = {
  received: 0,
  filed: 0,
  dead: 0,
  queued: 0,
  sending: 1,
  failed: 2,
  uncertain: 2,
  sent: 3,
  delivered: 4,
  read: 5,
};

/** One line of a conversation. */
export type TimelineItem =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: MessageView; joined: boolean }
  | { kind: "event"; key: string; event: EventView };

/** Messages in the order of their seq, with events and days between them by time. */
export function timeline(messages: MessageView[], events: EventView[], day: (at: string) => string): TimelineItem[] {
  const waiting = events.filter((event) => !TOLD_BY_MESSAGE.has(event.kind)).sort((a, b) => a.at.localeCompare(b.at));
  const items: TimelineItem[] = [];
  let lastDay = "";
  const onDay = (at: string): void => {
    const current = day(at);
    if (current !== lastDay) items.push({ kind: "day", key: `day/${items.length}`, at });
    lastDay = current;
  };
  const event = (next: EventView): void => {
    onDay(next.at);
    items.push({ kind: "event", key: `event/${next.id}`, event: next });
  };
  for (const message of messages) {
    while (waiting[0] && waiting[0].at < message.at) event(waiting.shift() as EventView);
    onDay(message.at);
    items.push({ kind: "message", key: message.id, message, joined: joins(items.at(-1), message) });
  }
  for (const rest of waiting) event(rest);
  return items;
}

/** Adds or replaces, keeping the order of seq; a delivery state never moves back. */
export function merge(known: MessageView[], news: MessageView[]): MessageView[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of news) byId.set(message.id, later(byId.get(message.id), message));
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

function later(known: MessageView | undefined, news: MessageView): MessageView {
  return known && RANKS[known.state] > RANKS[news.state] ? { ...news, state: known.state } : news;
}

/** The seq after which to read again: before the first message whose delivery may have changed while we were away. */
export function readFrom(messages: MessageView[]): number {
  const unsettled = messages.find(
    (message) => (message.from === "agent" || message.from === "gateway") && message.state !== "read",
  );
  return unsettled ? unsettled.seq - 1 : (messages.at(-1)?.seq ?? 0);
}

/** Within this time, a second message of the same author needs no second name. */
const JOINED_WITHIN = 5 * 60_000;

function joins(before: TimelineItem | undefined, message: MessageView): boolean {
  if (before?.kind !== "message") return false;
  const earlier = before.message;
  const gap = Date.parse(message.at) - Date.parse(earlier.at);
  return earlier.from === message.from && earlier.author === message.author && gap < JOINED_WITHIN;
}
