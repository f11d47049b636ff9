import type { ClientSession } from "../../adapters/mongo.ts";
import type { Core } from "../core.ts";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Agent, Ticket, TicketStatus } from "../types.ts";

/** The ball is on our side: what counts against an agent's capacity. */
export const OURS: TicketStatus[] = ["new", "open"];

/** What a ticket loses when it leaves the waiting line. */
export const leave = { unrouted: undefined, waitReason: undefined };

/** What a ticket becomes that has lost its agent: it waits in its queue again. */
export function unassigned({ status }: Ticket) {
  const again: TicketStatus = status === "waiting" ? "waiting" : "new";
  return { assignee: null, assignedAt: undefined, unrouted: true as const, waitReason: undefined, status: again };
}

/** Tickets that wait for these agents' answer, by agent. Counted, never stored, so that it cannot drift. */
export async function loads(store: Store, agents: string[], session?: ClientSession): Promise<Map<string, number>> {
  const rows = await store.tickets
    .aggregate<{ _id: string; count: number }>(
      [
        { $match: { open: true, "assignee.id": { $in: agents }, status: { $in: OURS } } },
        { $group: { _id: "$assignee.id", count: { $sum: 1 } } },
      ],
      session ? { session } : {},
    )
    .toArray();
  return new Map(rows.map(({ _id, count }) => [_id, count]));
}

/**
 * An agent who may be given a ticket, with the write that proves it in the same transaction: every assignment touches the
 * agent's document, so that two at once conflict, and the second counts what the first has done.
 */
export async function assignable(core: Core, id: string, mustBeAvailable = false) {
  const agent = await core.store.agents.findOne({ _id: id, disabled: { $ne: true } });
  if (!agent) throw new Refusal("unknown_agent", "There is no such agent.", 404);
  return {
    assignee: { id: agent._id, name: agent.name },
    async also(session: ClientSession): Promise<undefined> {
      await takePlace(core, agent, mustBeAvailable, session);
    },
  };
}

async function takePlace(
  core: Core,
  { _id, name }: Agent,
  mustBeAvailable: boolean,
  session: ClientSession,
): Promise<void> {
  const agent = await core.store.agents.findOneAndUpdate(
    { _id, disabled: { $ne: true } },
    { $inc: { assignments: 1 }, $set: { assignedAt: core.now() } },
    { session, returnDocument: "after" },
  );
  if (!agent || (mustBeAvailable && !agent.available))
    throw new Refusal("unavailable", `${name} is not available now.`, 409);
  const load = (await loads(core.store, [_id], session)).get(_id) ?? 0;
  if (load < agent.capacity) return;
  const full = `${name} has ${load} of ${agent.capacity} tickets. Resolve or release one first.`;
  throw new Refusal("full", full, 409);
}
