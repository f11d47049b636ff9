import type { Core } from "../core.ts";
import type { OutboundState } from "../types.ts";

/**
 * News comes in any order: a message's state only moves up. What a vendor took can still fail, and what may have been sent
 * turns out to have been; a receipt of the customer's side outranks all.
 */
const RANK: Record<OutboundState, number> = {
  queued: 0,
  sending: 1,
  uncertain: 2,
  sent: 3,
  failed: 4,
  delivered: 5,
  read: 6,
};

/** Moves an outbound message's state, if that is a step up, and tells who watches. */
export async function changeState(core: Core, id: string, state: OutboundState, reason?: string): Promise<void> {
  const lower = Object.entries(RANK)
    .filter(([, rank]) => rank < RANK[state])
    .map(([name]) => name as OutboundState);
  const changed = await core.store.messages.findOneAndUpdate(
    { _id: id, state: { $in: lower } },
    { $set: { state, ...(reason && { fault: reason }) }, $unset: { unsent: true } },
    { projection: { conversation: 1, seq: 1 } },
  );
  if (changed?.seq !== undefined)
    core.whispers.say({ about: "conversation", conversation: changed.conversation, seq: changed.seq, changed: id });
}
