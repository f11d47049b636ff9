import { type Group, grouped } from "./ticket-order.ts";
import type { TicketSummary } from "./types.ts";

/** Over the agent's own tickets, so many of those that wait for anybody; the rest is one step away. */
const WAITING_SHOWN = 5;

export interface Section extends Group {
  /** How many more there are that are not shown here. */
  hidden: number;
}

/** What the list shows from top to bottom; `waiting` is given where a list does not hold the waiting ones itself. */
export function sections(tickets: Iterable<TicketSummary>, waiting: Iterable<TicketSummary> = []): Section[] {
  const above = grouped(waiting).map(({ name, tickets: all }) => ({
    name,
    tickets: all.slice(0, WAITING_SHOWN),
    hidden: Math.max(0, all.length - WAITING_SHOWN),
  }));
  return [...above, ...grouped(tickets).map((group) => ({ ...group, hidden: 0 }))];
}
