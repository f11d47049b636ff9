import type { Core } from "../core.ts";
import { changeState } from "../outbound/state.ts";
import type { MessageKind, OutboundState, StoredSignal } from "../types.ts";

/** Applies the news that waits for a conversation to the messages it is about. Repeating it changes nothing. */
export async function fileSignals(core: Core, conversation: string): Promise<void> {
  const { signals } = core.store;
  for await (const signal of signals.find({ conversation, unfiled: true }).sort({ order: 1 })) {
    await apply(core, signal);
    await signals.updateOne({ _id: signal._id }, { $unset: { unfiled: true } });
  }
}

async function apply(core: Core, signal: StoredSignal): Promise<void> {
  const { messages, conversations } = core.store;
  const { conversation, target, upTo, state } = signal;
  if (upTo !== undefined && state === "read")
    await conversations.updateOne({ _id: conversation }, { $max: { readUpTo: upTo } });
  const about = target
    ? { _id: target, conversation }
    : { conversation, seq: { $lte: upTo ?? 0 }, state: { $in: NOT_YET_READ } };
  for await (const { _id } of messages.find({ ...about, kind: { $in: OUTBOUND } }, { projection: { _id: 1 } }))
    await changeState(core, _id, state, signal.reason);
}

const OUTBOUND: MessageKind[] = ["ack", "reply", "notice"];
const NOT_YET_READ: OutboundState[] = ["sent", "delivered"];
