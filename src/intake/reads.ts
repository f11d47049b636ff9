import type { Core } from "../core.ts";
import { together } from "../together.ts";
import type { Contact, Conversation, StoredSignal } from "../types.ts";

/** What filing reads of each conversation; those that are filed at once share a query. */
export interface Reads {
  conversation(id: string): Promise<Conversation | null>;
  contact(address: string): Promise<Contact | undefined>;
  /** The news that waits for a conversation, in order. */
  signals(conversation: string): Promise<StoredSignal[]>;
}

export function openReads({ store }: Core): Reads {
  const conversations = together((ids: string[]) => store.conversations.find({ _id: { $in: ids } }).toArray());
  const contacts = together((addresses: string[]) => store.contacts.find({ addresses: { $in: addresses } }).toArray());
  const signals = together((ids: string[]) =>
    store.signals
      .find({ conversation: { $in: ids }, unfiled: true })
      .sort({ order: 1 })
      .toArray(),
  );
  return {
    conversation: async (id) => (await conversations(id)).find(({ _id }) => _id === id) ?? null,
    contact: async (address) => (await contacts(address)).find(({ addresses }) => addresses.includes(address)),
    signals: async (id) => (await signals(id)).filter(({ conversation }) => conversation === id),
  };
}
