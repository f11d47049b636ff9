import type { Actor, Agent, Ticket, TicketEvent } from "../types.ts";

export const GATEWAY: Actor = { kind: "gateway", name: "Firstline" };

/** The agent as history names them. */
export function actorOf(agent: Agent): Actor {
  return { kind: "agent", id: agent._id, name: agent.name };
}

/** One thing that happened, before it has a place in its ticket's history. */
export interface Happening {
  kind: string;
  actor: Actor;
  data?: Record<string, unknown>;
}

/**
 * The events of one change of a ticket. Their ids come from the ticket's version, so that no change, however
 * often it is tried, is written twice; and they sort as they happened.
 */
export function asEvents(
  ticket: Pick<Ticket, "_id" | "number" | "version">,
  happenings: Happening[],
  configuration: string,
  at: Date,
): TicketEvent[] {
  return happenings.map(({ kind, actor, data }, index) => ({
    _id: `${ticket._id}/${String(ticket.version).padStart(6, "0")}/${String(index).padStart(2, "0")}`,
    ticket: ticket._id,
    number: ticket.number,
    kind,
    actor,
    data: data ?? {},
    configuration,
    at,
  }));
}
