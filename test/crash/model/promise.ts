/** The promise in a few lines: what must have become of everything that customers and agents did. Nobody is routed to. */
export interface Promised {
  customers: Talk[];
  /** How many tickets each agent may have at a time. */
  capacities: number[];
}

interface Talk {
  /** All that the customer sees, in order. An acknowledgement names the ticket that it belongs to. */
  shown: ({ from: "customer" | "agent"; text: string } | { from: "gateway"; ticket: number })[];
  tickets: Ticket[];
}

interface Ticket {
  status: "new" | "open" | "waiting" | "resolved" | "closed";
  agent: number | null;
}

/** Nobody is flooded: the hour's budget of one address. */
const ACKNOWLEDGEMENTS = 5;

export type Verb = "claim" | "release" | "handOver" | "reply" | "resolve" | "close" | "reopen";

/** A customer's message: into the open ticket, back into the resolved one, or a new one, acknowledged once. */
export function writes(talk: Talk, text: string): void {
  talk.shown.push({ from: "customer", text });
  const ticket = talk.tickets.at(-1);
  if (ticket && ticket.status !== "closed") {
    if (ticket.status === "waiting") ticket.status = "open";
    else if (ticket.status === "resolved") Object.assign(ticket, { status: "new", agent: null });
    return;
  }
  talk.tickets.push({ status: "new", agent: null });
  if (talk.tickets.length <= ACKNOWLEDGEMENTS) talk.shown.push({ from: "gateway", ticket: talk.tickets.length - 1 });
}

/** What an agent does with a customer's latest ticket; the code of the refusal, where it must be refused. */
export function acts(promised: Promised, talk: Talk, verb: Verb, by: number, to: number, text: string): string {
  const ticket = talk.tickets.at(-1);
  if (!ticket) return "none";
  const open = ticket.status !== "resolved" && ticket.status !== "closed";
  const give = (agent: number) => {
    if (ticket.agent === agent) return "ok";
    if (!open) return "closed";
    if (verb === "claim" && ticket.agent !== null) return "taken";
    if (load(promised, agent) >= (promised.capacities[agent] ?? 0)) return "full";
    Object.assign(ticket, { agent, status: ticket.status === "new" ? "open" : ticket.status });
    return "ok";
  };
  if (verb === "claim") return give(by);
  if (verb === "handOver") return give(to);
  if (verb === "release" && ticket.agent === null) return "ok";
  if ((verb === "release" || verb === "reply") && !open) return "closed";
  if (verb === "release")
    Object.assign(ticket, { agent: null, status: ticket.status === "waiting" ? "waiting" : "new" });
  if (verb === "reply") {
    Object.assign(ticket, { status: "waiting", agent: ticket.agent ?? by });
    talk.shown.push({ from: "agent", text });
  }
  if (verb === "resolve" && open) ticket.status = "resolved";
  if (verb === "close") ticket.status = "closed";
  if (verb === "reopen" && !open) Object.assign(ticket, { status: "new", agent: null });
  return "ok";
}

/** Tickets that wait for this agent's answer. */
function load({ customers }: Promised, agent: number): number {
  return customers
    .flatMap(({ tickets }) => tickets)
    .filter((ticket) => ticket.agent === agent && (ticket.status === "new" || ticket.status === "open")).length;
}
