import { openFiling } from "../../src/intake/filing.ts";
import { openLedger } from "../../src/intake/ledger.ts";
import { type Actions, openActions } from "../../src/tickets/actions.ts";
import { openNumbers } from "../../src/tickets/numbers.ts";
import type { Files, InboundMessage, Ticket, TicketEvent } from "../../src/types.ts";
import { inbound, type TestCore } from "./core.ts";

const noFiles: Files = {
  store: () => Promise.reject(new Error("no files here")),
  claim: async () => [],
  open: async () => null,
};

/** One process's hands on the tickets: what customers write is filed at once, and agents act. */
export interface TestDesk {
  actions: Actions;
  /** A customer writes; resolves to the conversation's latest ticket. */
  says(over?: Partial<InboundMessage>): Promise<Ticket>;
  now(ticket: Pick<Ticket, "_id">): Promise<Ticket>;
  events(ticket: Pick<Ticket, "_id">): Promise<TicketEvent[]>;
}

export function testDesk(core: TestCore): TestDesk {
  const { store } = core;
  const numbers = openNumbers(store);
  const receive = openLedger(core);
  const file = openFiling(core, numbers);
  const found = (ticket: Ticket | null): Ticket => {
    if (!ticket) throw new Error("there is no such ticket");
    return ticket;
  };
  return {
    actions: openActions(core, numbers, noFiles),
    async says(over) {
      const message = inbound(over);
      const conversation = `${message.inbox}/${message.conversationId}`;
      await receive(message);
      await file(conversation);
      return found(await store.tickets.findOne({ conversation }, { sort: { number: -1 } }));
    },
    now: async ({ _id }) => found(await store.tickets.findOne({ _id })),
    events: ({ _id }) => store.events.find({ ticket: _id }).sort({ _id: 1 }).toArray(),
  };
}
