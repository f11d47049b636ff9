import { onlineAgents } from "../agents/presence.ts";
import type { Core } from "../core.ts";
import { Refusal } from "../errors.ts";
import { assignable, leave, loads } from "../tickets/assignment.ts";
import { type Change, changeTicket } from "../tickets/change.ts";
import { GATEWAY } from "../tickets/events.ts";
import type { Ticket } from "../types.ts";
import { type Candidate, type Choice, choose } from "./choose.ts";

/** Tickets looked at together; the waiting line may be long. */
const PAGE = 50;

/**
 * Gives the tickets that wait in a queue to the agents who fit, highest priority first, then oldest. Called when a ticket joins
 * the line or an agent may have room, and by the sweep. Two processes at once give no ticket twice.
 */
export async function routeQueue(core: Core, queue: string): Promise<void> {
  const candidates = await candidatesOf(core, queue);
  const hasRoom = () =>
    candidates.some(({ agent, online, load }) => online && agent.available && load < agent.capacity);
  for (let passed: Ticket | undefined; ; ) {
    const line = await waitingLine(core, queue, passed, hasRoom());
    for (const ticket of line) await routeTicket(core, ticket, candidates);
    passed = line.at(-1);
    if (line.length < PAGE) return;
  }
}

/** The next tickets of the line; when nobody has room, only those that have not been told why they wait. */
function waitingLine(core: Core, queue: string, after: Ticket | undefined, hasRoom: boolean): Promise<Ticket[]> {
  const beyond = after && {
    $or: [{ rank: { $gt: after.rank } }, { rank: after.rank, createdAt: { $gt: after.createdAt } }],
  };
  return core.store.tickets
    .find({ queue, unrouted: true, ...beyond, ...(!hasRoom && { waitReason: { $exists: false } }) })
    .sort({ rank: 1, createdAt: 1 })
    .limit(PAGE)
    .toArray();
}

async function candidatesOf({ store }: Core, queue: string): Promise<Candidate[]> {
  const agents = await store.agents.find({ queues: queue, disabled: { $ne: true } }).toArray();
  const [online, load] = await Promise.all([
    onlineAgents(store),
    loads(
      store,
      agents.map(({ _id }) => _id),
    ),
  ]);
  return agents.map((agent) => ({ agent, online: online.has(agent._id), load: load.get(agent._id) ?? 0 }));
}

async function routeTicket(core: Core, ticket: Ticket, candidates: Candidate[]): Promise<void> {
  const choice = choose(ticket, candidates);
  for (const candidate of choice.fitting) {
    const outcome = await give(core, ticket, candidate, choice);
    if (outcome === "gone") return;
    if (outcome === "given") {
      candidate.load++;
      candidate.agent.assignedAt = core.now();
      return;
    }
    candidate.load = candidate.agent.capacity;
  }
  const { reason, verdicts } = choice;
  if (reason && reason !== ticket.waitReason) await leaveWaiting(core, ticket, reason, verdicts);
}

/** `full` when the agent has filled up or left since; `gone` when the ticket waits no more. */
async function give(
  core: Core,
  { _id }: Ticket,
  { agent }: Candidate,
  choice: Choice,
): Promise<"given" | "full" | "gone"> {
  let waits = false;
  try {
    await changeTicket(core, { _id }, async (ticket): Promise<Change | null> => {
      waits = ticket.unrouted === true && ticket.assignee === null;
      if (!waits) return null;
      const { assignee, also } = await assignable(core, agent._id, true);
      return {
        set: { assignee, assignedAt: core.now(), status: ticket.status === "new" ? "open" : ticket.status, ...leave },
        happenings: [{ kind: "assigned", actor: GATEWAY, data: { agent: assignee, candidates: choice.verdicts } }],
        also,
      };
    });
  } catch (fault) {
    if (fault instanceof Refusal) return "full";
    throw fault;
  }
  return waits ? "given" : "gone";
}

/** Waiting is a normal state; why is written down once for each reason. */
async function leaveWaiting(
  core: Core,
  { _id }: Ticket,
  reason: string,
  candidates: Choice["verdicts"],
): Promise<void> {
  await changeTicket(core, { _id }, (ticket) =>
    ticket.unrouted && ticket.waitReason !== reason
      ? { set: { waitReason: reason }, happenings: [{ kind: "queued", actor: GATEWAY, data: { reason, candidates } }] }
      : null,
  );
}
