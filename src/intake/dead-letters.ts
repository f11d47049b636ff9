import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Message } from "../types.ts";

/** What is not as it should be: messages that wait for filing, that failed to be filed, or could not be sent. */
export interface Troubled {
  id: string;
  inbox: string;
  receivedAt: Date;
  state: Message["state"];
  tries: number;
  reason: string;
  number?: number;
}

/** Unfiled messages and dead letters, oldest first. */
export async function listTroubled(store: Store, limit = 200): Promise<Troubled[]> {
  const shape = { inbox: 1, receivedAt: 1, state: 1, tries: 1, fault: 1, number: 1 } as const;
  const [unfiled, dead] = await Promise.all([
    store.messages.find({ unfiled: true }, { projection: shape }).sort({ receivedAt: 1 }).limit(limit).toArray(),
    store.messages.find({ state: "dead" }, { projection: shape }).sort({ receivedAt: -1 }).limit(limit).toArray(),
  ]);
  return [...dead.reverse(), ...unfiled].slice(0, limit).map((message) => ({
    id: message._id,
    inbox: message.inbox,
    receivedAt: message.receivedAt,
    state: message.state,
    tries: message.tries ?? 0,
    reason: message.fault ?? "waits to be filed",
    ...(message.number !== undefined && { number: message.number }),
  }));
}

/** The whole document, the vendor's payload included, or null. */
export async function showMessage(store: Store, id: string): Promise<Message | null> {
  return store.messages.findOne({ _id: id });
}

/**
 * Hands a dead letter back to filing, with its tries counted anew. It keeps its ticket and its place. The worker's sweep
 * takes it within seconds.
 */
export async function retryMessage(store: Store, id: string): Promise<void> {
  const { matchedCount } = await store.messages.updateOne(
    { _id: id, $or: [{ state: "dead" }, { unfiled: true }] },
    { $set: { state: "received", unfiled: true }, $unset: { tries: true, fault: true } },
  );
  if (matchedCount === 0)
    throw new Refusal(
      "not_found",
      `No message "${id}" waits for filing or could not be read. List them: npm run ledger -- list`,
      404,
    );
}
