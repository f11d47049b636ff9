import type { Core } from "../core.ts";
import { CURRENT_FIRST } from "../store.ts";
import { SPEAKER } from "../tickets/views.ts";
import type { CustomerMessage, CustomerTicket, LiveListener, Message, Ticket } from "../types.ts";
import type { Reads } from "./reads.ts";

/** Messages read at once; a longer history is read in pages. */
const PAGE = 200;

/** What a customer may see of a conversation after `after`, in order, up to the first message of ours that is not sent yet. */
export async function customerHistory(
  core: Core,
  conversation: string,
  after: number,
  limit = PAGE,
): Promise<CustomerMessage[]> {
  const shown = { conversation, kind: { $ne: "note" as const }, state: { $ne: "failed" as const } };
  const [earlier, messages] = await Promise.all([
    after > 0
      ? core.store.messages.findOne({ ...shown, seq: { $lte: after } }, { sort: { seq: -1 }, projection: { seq: 1 } })
      : null,
    core.store.messages
      .find({ ...shown, seq: { $gt: after } })
      .sort({ seq: 1 })
      .limit(limit)
      .toArray(),
  ]);
  return viewsAfter(earlier?.seq ?? 0, messages);
}

function viewsAfter(last: number, messages: Message[]): CustomerMessage[] {
  const unsent = messages.findIndex(({ state }) => state === "queued" || state === "sending");
  let previous = last;
  return messages.slice(0, unsent < 0 ? undefined : unsent).map((message) => {
    const view = customerView(message, previous);
    previous = view.seq;
    return view;
  });
}

function isShown({ kind, state }: Message): boolean {
  return kind !== "note" && state !== "failed";
}

function customerView(message: Message, previous: number): CustomerMessage {
  const speaker = SPEAKER[message.kind];
  return {
    id: message._id,
    seq: message.seq ?? 0,
    previous,
    from: speaker === "note" ? "gateway" : speaker,
    ...(message.agent && { agentName: message.agent.name }),
    text: message.text,
    files: message.attachments,
    at: message.receivedAt,
  };
}

/** The current ticket of a conversation, as its customer may see it. */
export async function customerTicket(core: Core, conversation: string): Promise<CustomerTicket | null> {
  const ticket = await core.store.tickets.findOne({ conversation }, { sort: CURRENT_FIRST });
  return ticket && ticketView(ticket);
}

function ticketView(ticket: Ticket): CustomerTicket {
  const answered = ticket.clocks.firstResponse?.metAt !== undefined;
  return {
    number: ticket.number,
    status: ticket.status,
    ...(ticket.dueAt && !answered && { expectedBy: ticket.dueAt }),
  };
}

interface Follower {
  listener: LiveListener;
  /** The last seq that was emitted to this listener. */
  cursor: number;
}

/** One conversation that somebody follows in this process: read by one reader at a time, for all of its followers. */
interface Followed {
  followers: Set<Follower>;
  /** The seq of the last message emitted: whoever is that far needs no look at what came before. */
  emitted?: number;
  reading: boolean;
  again: boolean;
}

/** Emits to connected customers what is committed, in order, once. Whispers wake it; `catchUp` makes up for lost ones. */
export interface CustomersLive {
  follow(conversation: string, after: number, listener: LiveListener): () => void;
  wake(conversation: string): void;
  ticketChanged(conversation: string, ticket: string): void;
  typing(conversation: string, agentName: string): void;
  catchUp(): void;
}

export function openCustomersLive(core: Core, reads: Reads): CustomersLive {
  const followed = new Map<string, Followed>();

  async function read(conversation: string, entry: Followed): Promise<void> {
    if (entry.reading) {
      entry.again = true;
      return;
    }
    entry.reading = true;
    try {
      do {
        entry.again = false;
        await emitBeyond(conversation, entry);
      } while (entry.again);
    } catch (fault) {
      core.log.warn({ conversation, fault }, "could not read for a connected customer; it is tried again");
    } finally {
      entry.reading = false;
    }
  }

  async function emitBeyond(conversation: string, entry: Followed): Promise<void> {
    const { followers } = entry;
    const from = Math.min(...[...followers].map(({ cursor }) => cursor));
    if (!Number.isFinite(from)) return;
    const messages =
      from > 0 && from === entry.emitted
        ? viewsAfter(from, (await reads.beyond(conversation, from)).filter(isShown))
        : await customerHistory(core, conversation, from);
    for (const message of messages)
      for (const follower of followers) {
        if (message.seq <= follower.cursor) continue;
        follower.cursor = message.seq;
        follower.listener.message(message);
        entry.emitted = message.seq;
      }
    if (messages.length === PAGE) await emitBeyond(conversation, entry);
  }

  function wake(conversation: string): void {
    const entry = followed.get(conversation);
    if (entry) void read(conversation, entry);
  }

  /** An open ticket is the current one; after another's end it must be looked for. */
  async function tellTicket(conversation: string, id: string): Promise<void> {
    const changed = await reads.ticket(id);
    const ticket = changed?.open ? ticketView(changed) : await customerTicket(core, conversation);
    if (ticket) for (const { listener } of followed.get(conversation)?.followers ?? []) listener.ticket(ticket);
  }

  return {
    wake,
    follow(conversation, after, listener) {
      const entry = followed.get(conversation) ?? { followers: new Set(), reading: false, again: false };
      const follower = { listener, cursor: after };
      entry.followers.add(follower);
      followed.set(conversation, entry);
      void read(conversation, entry);
      return () => {
        entry.followers.delete(follower);
        if (entry.followers.size === 0 && followed.get(conversation) === entry) followed.delete(conversation);
      };
    },
    ticketChanged(conversation, ticket) {
      if (followed.has(conversation))
        void tellTicket(conversation, ticket).catch((fault) =>
          core.log.warn({ conversation, fault }, "could not read a ticket"),
        );
    },
    typing(conversation, agentName) {
      for (const { listener } of followed.get(conversation)?.followers ?? []) listener.typing(agentName);
    },
    catchUp() {
      for (const conversation of followed.keys()) wake(conversation);
    },
  };
}
