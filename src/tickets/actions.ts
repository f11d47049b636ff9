import type { Core } from "../core.ts";
import { Refusal } from "../errors.ts";
import type { Agent, Files, Message, Ticket } from "../types.ts";
import { assignable, leave, unassigned } from "./assignment.ts";
import { type Change, changeTicket } from "./change.ts";
import { actorOf } from "./events.ts";
import type { Numbers } from "./numbers.ts";
import { openTicket } from "./open.ts";
import { type Answer, writeNote, writeReply } from "./write.ts";

/** What an agent may do, from the console, the sockets and the API alike. Each rejects with a Refusal that says why not. */
export interface Actions {
  /** Answers the customer; the same clientId again is the same answer. Resolves when it is durable. */
  reply(agent: Agent, number: number, input: Answer): Promise<Message>;
  /** Writes a note that only agents see. */
  note(agent: Agent, number: number, input: Answer): Promise<Message>;
  /** Takes a ticket; somebody who has no room, or comes second, is refused. */
  claim(agent: Agent, number: number): Promise<Ticket>;
  /** Gives a ticket to an agent, by id. */
  assign(agent: Agent, number: number, to: string): Promise<Ticket>;
  /** Puts a ticket back into its queue. */
  release(agent: Agent, number: number): Promise<Ticket>;
  handOver(agent: Agent, number: number, to: { agent: string } | { queue: string }): Promise<Ticket>;
  resolve(agent: Agent, number: number, reason?: string): Promise<Ticket>;
  close(agent: Agent, number: number, reason?: string): Promise<Ticket>;
  reopen(agent: Agent, number: number): Promise<Ticket>;
  /** Notes how far an agent has read. Never goes back. */
  seen(agent: Agent, number: number, upTo: number): Promise<void>;
  /** Opens a ticket for a contact, with a first message to them. */
  open(
    agent: Agent,
    input: { clientId: string; contact: string; inbox: string; subject?: string; text: string },
  ): Promise<Ticket>;
}

/** The actions of this process. */
export function openActions(core: Core, numbers: Numbers, files: Files): Actions {
  return {
    reply: (agent, number, input) => writeReply(core, files, agent, number, input),
    note: (agent, number, input) => writeNote(core, files, agent, number, input),
    claim: (agent, number) => give(core, agent, number, agent._id, "claimed"),
    assign: (agent, number, to) => give(core, agent, number, to, to === agent._id ? "claimed" : "assigned"),
    handOver: (agent, number, to) =>
      "agent" in to ? give(core, agent, number, to.agent, "handed_over") : giveToQueue(core, agent, number, to.queue),
    release: (agent, number) => release(core, agent, number),
    resolve: (agent, number, reason) => end(core, agent, number, "resolved", reason),
    close: (agent, number, reason) => end(core, agent, number, "closed", reason),
    reopen: (agent, number) => reopen(core, agent, number),
    seen: (agent, number, upTo) => seen(core, agent, number, upTo),
    open: (agent, input) => openTicket(core, numbers, agent, input),
  };
}

function give(core: Core, agent: Agent, number: number, to: string, kind: "claimed" | "assigned" | "handed_over") {
  return changeTicket(core, { number }, async (ticket): Promise<Change | null> => {
    if (ticket.assignee?.id === to) return null;
    if (!ticket.open) throw notOpen();
    if (kind === "claimed" && ticket.assignee)
      throw new Refusal("taken", `${ticket.assignee.name} has this ticket. Ask them to hand it over.`, 409);
    const { assignee, also } = await assignable(core, to);
    return {
      set: { assignee, assignedAt: core.now(), status: ticket.status === "new" ? "open" : ticket.status, ...leave },
      happenings: [
        { kind, actor: actorOf(agent), data: { agent: assignee, ...(ticket.assignee && { from: ticket.assignee }) } },
      ],
      also,
    };
  });
}

async function giveToQueue(core: Core, agent: Agent, number: number, queue: string) {
  const settings = core.settings.queues.get(queue);
  if (!settings) throw new Refusal("unknown_queue", `There is no queue "${queue}".`, 404);
  return changeTicket(core, { number }, (ticket) => {
    if (!ticket.open) throw notOpen();
    if (ticket.queue === queue && !ticket.assignee) return null;
    const data = { queue, from: ticket.assignee ?? ticket.queue };
    return {
      set: { queue, tier: settings.tier, ...unassigned(ticket) },
      happenings: [{ kind: "handed_over", actor: actorOf(agent), data }],
    };
  });
}

function release(core: Core, agent: Agent, number: number) {
  return changeTicket(core, { number }, (ticket) => {
    if (!ticket.assignee) return null;
    if (!ticket.open) throw notOpen();
    return {
      set: unassigned(ticket),
      happenings: [{ kind: "released", actor: actorOf(agent), data: { from: ticket.assignee } }],
    };
  });
}

function end(core: Core, agent: Agent, number: number, kind: "resolved" | "closed", reason?: string) {
  return changeTicket(core, { number }, (ticket) => {
    if (ticket.status === kind || (kind === "resolved" && ticket.status === "closed")) return null;
    const now = core.now();
    return {
      set: {
        status: kind,
        open: undefined,
        waitingSince: null,
        ...leave,
        ...(kind === "closed" && { closedAt: now }),
        ...(ticket.open && { resolvedAt: now }),
      },
      happenings: [{ kind, actor: actorOf(agent), data: { ...(reason && { reason }) } }],
    };
  });
}

/** Opening again is refused while another ticket of the same conversation is open: a conversation has one at a time. */
function reopen(core: Core, agent: Agent, number: number) {
  return changeTicket(core, { number }, async (ticket) => {
    if (ticket.open) return null;
    const { conversation, author } = ticket;
    const other = await core.store.tickets.findOne({ conversation, author, open: true }, { projection: { number: 1 } });
    if (other)
      throw new Refusal("another_open", `Ticket ${other.number} of this conversation is open: answer there.`, 409);
    return {
      set: {
        ...unassigned(ticket),
        status: "new",
        open: true,
        waitingSince: core.now(),
        resolvedAt: undefined,
        closedAt: undefined,
      },
      happenings: [
        {
          kind: "reopened",
          actor: actorOf(agent),
          data: { ...(ticket.assignee && { formerly: ticket.assignee.name }) },
        },
      ],
    };
  });
}

async function seen(core: Core, agent: Agent, number: number, upTo: number): Promise<void> {
  const changed = await core.store.tickets.findOneAndUpdate(
    { number },
    { $max: { [`seen.${agent._id}`]: upTo } },
    { projection: { version: 1, conversation: 1 } },
  );
  if (!changed) throw new Refusal("not_found", "There is no such ticket.", 404);
  const { _id: ticket, conversation, version } = changed;
  core.whispers.say({ about: "ticket", ticket, conversation, version });
}

function notOpen(): Refusal {
  return new Refusal("closed", "This ticket is resolved or closed. Reopen it first.", 409);
}
