import { goneAgents } from "../agents/presence.ts";
import type { Core } from "../core.ts";
import { OURS, unassigned } from "../tickets/assignment.ts";
import { changeTicket } from "../tickets/change.ts";
import { GATEWAY } from "../tickets/events.ts";

/**
 * Puts the unanswered tickets of agents who have gone back into their queues. A ticket that was given to someone while they
 * were away waits for them.
 */
export async function returnTickets(core: Core): Promise<void> {
  for (const [agent, seenAt] of await goneAgents(core.store)) {
    const theirs = { open: true as const, "assignee.id": agent, status: { $in: OURS }, assignedAt: { $lte: seenAt } };
    for await (const { _id } of core.store.tickets.find(theirs, { projection: { _id: 1 } }))
      await changeTicket(core, { _id }, (ticket) =>
        ticket.assignee?.id === agent && OURS.includes(ticket.status)
          ? {
              set: unassigned(ticket),
              happenings: [
                { kind: "released", actor: GATEWAY, data: { from: ticket.assignee, reason: "the agent has gone" } },
              ],
            }
          : null,
      );
  }
}
