import type { Core } from "../core.ts";
import { type MessageView, messageView, type TicketSummary, ticketSummary } from "../tickets/views.ts";
import type { Message, Ticket } from "../types.ts";
import type { Reads } from "./reads.ts";

/** What the agents' sockets are told; the socket layer sends it to whom it concerns. */
export interface AgentsAudience {
  ticket(ticket: TicketSummary): void;
  message(number: number, previous: number, message: MessageView): void;
  state(number: number, message: MessageView): void;
  /** `agent` is left out of it: it is they who type. */
  typing(number: number, name: string, agent?: string): void;
}

/** Tells connected agents of tickets that change, and those who watch one of its messages, in order. */
export interface AgentsLive {
  /** From now on every new message of the ticket goes to the audience; `unwatch` as often as this ends it. */
  watch(number: number, ticket: Pick<Ticket, "_id" | "conversation">): void;
  unwatch(number: number): void;
  /** Messages of a watched ticket after `after`, in order. */
  read(number: number, after: number): Promise<MessageView[]>;
  wake(conversation: string): void;
  stateChanged(message: string): void;
  ticketChanged(ticket: string): void;
  /** The customer is typing. */
  typing(conversation: string): void;
  catchUp(): void;
}

interface Watched {
  ticket: string;
  conversation: string;
  watchers: number;
  /** The seq of the last message that the audience has; none before the first read. */
  cursor?: number;
  reading: boolean;
  again: boolean;
}

/** Tickets told about lately are told about again after an outage: it costs a read, and a missed whisper nothing. */
const LOOK_BACK_MS = 60_000;
const LOOK_BACK_TICKETS = 200;

export function openAgentsLive(core: Core, reads: Reads, audience: AgentsAudience, anybody: () => boolean): AgentsLive {
  const watched = new Map<number, Watched>();
  const states = inBatches(
    core,
    (ids) => core.store.messages.find({ _id: { $in: ids } }).toArray(),
    (message: Message) => {
      if (message.number !== undefined && watched.has(message.number))
        audience.state(message.number, messageView(message));
    },
  );

  async function emitBeyond(number: number, entry: Watched): Promise<void> {
    if (entry.reading || entry.cursor === undefined) {
      entry.again = true;
      return;
    }
    entry.reading = true;
    try {
      do {
        entry.again = false;
        let previous: number = entry.cursor;
        for (const message of await reads.beyond(entry.conversation, previous)) {
          if (message.ticket !== entry.ticket) continue;
          const view = messageView(message);
          audience.message(number, previous, view);
          previous = view.seq;
          entry.cursor = view.seq;
        }
      } while (entry.again);
    } catch (fault) {
      core.log.warn({ number, fault }, "could not read for the agents who watch; it is tried again");
    } finally {
      entry.reading = false;
    }
  }

  async function tellTicket(id: string): Promise<void> {
    const ticket = await reads.ticket(id);
    if (ticket) audience.ticket(ticketSummary(ticket));
  }

  function tellLater(id: string): void {
    void tellTicket(id).catch((fault) =>
      core.log.warn({ fault }, "could not read what has changed; connected agents catch up later"),
    );
  }

  function wakeIf(matches: (entry: Watched) => boolean): void {
    for (const [number, entry] of watched) if (matches(entry)) void emitBeyond(number, entry);
  }

  return {
    watch(number, { _id: ticket, conversation }) {
      const entry = watched.get(number) ?? { ticket, conversation, watchers: 0, reading: false, again: false };
      entry.watchers++;
      watched.set(number, entry);
    },
    async read(number, after) {
      const entry = watched.get(number);
      if (!entry) return [];
      const messages = await messagesOf(core, entry.ticket, after);
      entry.cursor ??= messages.at(-1)?.seq ?? after;
      void emitBeyond(number, entry);
      return messages.map(messageView);
    },
    unwatch(number) {
      const entry = watched.get(number);
      if (entry && --entry.watchers <= 0) watched.delete(number);
    },
    wake: (conversation) => wakeIf((entry) => entry.conversation === conversation),
    stateChanged(message) {
      if (watched.size > 0) states(message);
    },
    ticketChanged(ticket) {
      if (anybody()) tellLater(ticket);
    },
    typing(conversation) {
      for (const [number, entry] of watched) if (entry.conversation === conversation) audience.typing(number, "");
    },
    catchUp() {
      wakeIf(() => true);
      if (!anybody()) return;
      const since = new Date(core.now().getTime() - LOOK_BACK_MS);
      void core.store.tickets
        .find({ updatedAt: { $gt: since } }, { projection: { _id: 1 } })
        .sort({ updatedAt: -1 })
        .limit(LOOK_BACK_TICKETS)
        .forEach(({ _id }) => {
          tellLater(_id);
        })
        .catch((fault) => core.log.warn({ fault }, "could not read the latest tickets"));
    },
  };
}

function messagesOf(core: Core, ticket: string, after: number): Promise<Message[]> {
  return core.store.messages
    .find({ ticket, seq: { $gt: after } })
    .sort({ seq: 1 })
    .toArray();
}

/** Collects ids while a read is under way and reads them together: a burst of changes costs few queries. */
function inBatches<T>(
  core: Core,
  load: (ids: string[]) => Promise<T[]>,
  tell: (document: T) => void,
): (id: string) => void {
  const ids = new Set<string>();
  let busy = false;
  async function drain(): Promise<void> {
    busy = true;
    while (ids.size > 0) {
      const batch = [...ids];
      ids.clear();
      const found = await load(batch).catch((fault): T[] => {
        core.log.warn({ fault }, "could not read what has changed; connected agents catch up later");
        return [];
      });
      for (const document of found) tell(document);
    }
    busy = false;
  }
  return (id) => {
    ids.add(id);
    if (!busy) void drain();
  };
}
