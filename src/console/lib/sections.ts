import { type Group, grouped } from "./ticket-order.ts";
import type { TicketSummary } from "./types.ts";

/** Over the agent's own tickets, so many of those that wait for anybody; the rest is one step away. */
const WAITING_SHOWN = 5;

/** A group as the list shows it. */
export interface Section extends Group {
  /** How many more there are that are not shown here. */
  hidden: number;
}

/** What the list shows from top to bottom; `waiting` is given where a list does not hold the waiting ones itself. */
export function sections(tickets: TicketSummary[], waiting?: TicketSummary[]): Section[] {
  const known = new Map(tickets.map((ticket) => [ticket.number, ticket]));
  // The two lists hear of a change one after the other: a ticket between them is shown once, as it was last known.
  for (const ticket of waiting ?? []) {
    const other = known.get(ticket.number);
    if (ticket.assignee === null && (!other || other.version < ticket.version)) known.set(ticket.number, ticket);
  }
  return grouped(known.values()).map(({ name, tickets: all }) => {
    const shown = waiting && name === "waiting" ? all.slice(0, WAITING_SHOWN) : all;
    return { name, tickets: shown, hidden: all.length - shown.length };
  });
}
