import type { Core } from "../core.ts";
import { together } from "../together.ts";
import type { Message, Ticket } from "../types.ts";

/** What live delivery reads, shared by customers and agents: the same news wakes both. */
export interface Reads {
  /** All messages of a conversation after this seq, notes and unsent ones included, in order. */
  beyond(conversation: string, after: number): Promise<Message[]>;
  ticket(id: string): Promise<Ticket | undefined>;
}

export function openReads({ store }: Core): Reads {
  const messages = together(async (asked: { conversation: string; after: number }[]) => {
    const lowest = new Map<string, number>();
    for (const { conversation, after } of asked)
      lowest.set(conversation, Math.min(after, lowest.get(conversation) ?? after));
    const each = [...lowest].map(([conversation, after]) => ({ conversation, seq: { $gt: after } }));
    return store.messages.find({ $or: each }).toArray();
  });
  const tickets = together((ids: string[]) => store.tickets.find({ _id: { $in: ids } }).toArray());
  return {
    async beyond(conversation, after) {
      const found = await messages({ conversation, after });
      return found
        .filter((message) => message.conversation === conversation && (message.seq ?? 0) > after)
        .sort((one, other) => (one.seq ?? 0) - (other.seq ?? 0));
    },
    ticket: async (id) => (await tickets(id)).find(({ _id }) => _id === id),
  };
}
