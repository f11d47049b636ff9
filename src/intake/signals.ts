import type { Core } from "../core.ts";
import { changeState } from "../outbound/state.ts";
import { changeTicket } from "../tickets/change.ts";
import { GATEWAY } from "../tickets/events.ts";
import type { MessageKind, OutboundState, StoredSignal } from "../types.ts";

/** Applies news to the messages it is about. Repeating it changes nothing. */
export async function fileSignals(core: Core, waiting: StoredSignal[]): Promise<void> {
  for (const signal of waiting) {
    await apply(core, signal);
    await core.store.signals.updateOne({ _id: signal._id }, { $unset: { unfiled: true } });
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
  const shape = { projection: { ticket: 1 } };
  for await (const { _id, ticket } of messages.find({ ...about, kind: { $in: OUTBOUND } }, shape)) {
    await changeState(core, _id, state, signal.reason);
    if (state === "failed" && ticket)
      await recordFailure(core, ticket, _id, signal.reason ?? "the channel did not say why");
  }
}

/** Once for each message that has failed, however often the news of it is applied. */
async function recordFailure(core: Core, ticket: string, message: string, reason: string): Promise<void> {
  const kind = "delivery_failed";
  await changeTicket(core, { _id: ticket }, async () => {
    const failed = await core.store.messages.findOne({ _id: message, state: "failed" }, { projection: { _id: 1 } });
    if (!failed || (await core.store.events.findOne({ ticket, kind, "data.message": message }))) return null;
    return { happenings: [{ kind, actor: GATEWAY, data: { message, reason } }] };
  });
}

const OUTBOUND: MessageKind[] = ["ack", "reply", "notice"];
const NOT_YET_READ: OutboundState[] = ["sent", "delivered"];
