import type { StatusFilter, TicketSummary, ViewName } from "./types.ts";

const RANKS = { urgent: 1, high: 2, normal: 3, low: 4 } as const;

type GroupName = "waiting" | "answer" | "customer" | "resolved" | "closed";
/** From the top of the list to its bottom: what waits is the first thing seen. */
const GROUPS: GroupName[] = ["waiting", "answer", "customer", "resolved", "closed"];

/** Tickets that wait for the same. */
export interface Group {
  name: GroupName;
  tickets: TicketSummary[];
}

/** Whose list it is: what decides what belongs in which view. */
export interface Reader {
  id: string;
  queues: string[];
}

/** Whether there is still something to do. */
export function unsolved(ticket: Pick<TicketSummary, "status">): boolean {
  return ticket.status !== "resolved" && ticket.status !== "closed";
}

/** Whether the customer said something that this agent has not seen. */
export function unread(ticket: TicketSummary, agent: string): boolean {
  return ticket.lastMessage.from === "customer" && ticket.lastMessage.seq > (ticket.seen[agent] ?? 0);
}

/** Whether a ticket, as it is now, belongs in a list. */
export function belongs(ticket: TicketSummary, view: ViewName, status: StatusFilter, reader: Reader): boolean {
  if (status === "unsolved" ? !unsolved(ticket) : ticket.status !== status) return false;
  if (view === "all") return true;
  if (view === "mine") return ticket.assignee?.id === reader.id;
  const ours = reader.queues.includes(ticket.queue);
  return view === "queues" ? ours : ours && ticket.assignee === null;
}

/** Sections in the order of urgency, each sorted; empty ones are left out. */
export function grouped(tickets: Iterable<TicketSummary>): Group[] {
  const groups = new Map<GroupName, TicketSummary[]>(GROUPS.map((name) => [name, []]));
  for (const ticket of tickets) groups.get(groupOf(ticket))?.push(ticket);
  return [...groups]
    .filter(([, members]) => members.length > 0)
    .map(([name, members]) => ({ name, tickets: members.sort(byUrgency(name)) }));
}

function groupOf(ticket: TicketSummary): GroupName {
  if (ticket.status === "resolved" || ticket.status === "closed") return ticket.status;
  if (ticket.assignee === null) return "waiting";
  return ticket.waitingSince ? "answer" : "customer";
}

function byUrgency(group: GroupName): (a: TicketSummary, b: TicketSummary) => number {
  if (group === "waiting" || group === "answer")
    return (a, b) => RANKS[a.priority] - RANKS[b.priority] || since(a) - since(b) || a.number - b.number;
  return (a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number;
}

function since(ticket: TicketSummary): number {
  return Date.parse(ticket.waitingSince ?? ticket.createdAt);
}
