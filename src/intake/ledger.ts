import { hash, randomUUID } from "node:crypto";
import type { Core } from "../core.ts";
import { FILING } from "../core.ts";
import { crashPoint } from "../crash-point.ts";
import { received } from "../metrics.ts";
import type { InboundMessage, Message, Received, Signal, StoredSignal } from "../types.ts";
import { groupCommit } from "./group-commit.ts";

/** The one way in: resolves when the item is durable, and only then may a wire be answered. */
export type Receive = (item: InboundMessage | Signal) => Promise<Received>;

/** Opens the ledger for this process. A repeat resolves like the first; the hint to file it follows the answer. */
export function openLedger(core: Core): Receive {
  const { messages, signals } = core.store;
  const append = groupCommit(messages);
  const appendSignal = groupCommit(signals);
  const hint = hintLater(core);
  let order = 0;

  /** The wall clock, which is what processes have in common, except that it never goes back; microseconds leave room for a burst. */
  function arrival(): number {
    order = Math.max(order + 1, core.now().getTime() * 1_000);
    return order;
  }

  return (item) => (isSignal(item) ? receiveSignal(item) : receiveMessage(item));

  async function receiveMessage(item: InboundMessage): Promise<Received> {
    const message = asStored(item, arrival());
    const outcome = await append(message);
    if (outcome === "had") return repeated(message);
    return answered(message, false);
  }

  /** The same content again is the same message; other content under a used id is kept beside it, and says so. */
  async function repeated(message: Message): Promise<Received> {
    const first = await messages.findOne(
      { _id: message._id },
      { projection: { hash: 1, receivedAt: 1, conversation: 1 } },
    );
    if (!first || first.hash === message.hash)
      return answered({ ...message, receivedAt: first?.receivedAt ?? message.receivedAt }, true);
    const other = { ...message, _id: `${message._id}#${message.hash.slice(0, 16)}`, conflictsWith: message._id };
    const outcome = await append(other);
    core.log.warn({ id: other._id, trace: other.trace }, "an id was used again for another content: both are kept");
    return answered(other, outcome === "had");
  }

  async function receiveSignal(item: Signal): Promise<Received> {
    const target = item.target ?? `${item.conversationId}/upTo/${item.upTo}`;
    const signal: StoredSignal = {
      ...item,
      _id: `${item.inbox}/${target}/${item.kind}/${item.state}`,
      conversation: `${item.inbox}/${item.conversationId}`,
      receivedAt: core.now(),
      order: arrival(),
      unfiled: true,
    };
    const outcome = await appendSignal(signal);
    if (outcome === "stored") hint(signal.conversation);
    return { id: signal._id, receivedAt: signal.receivedAt, duplicate: outcome === "had" };
  }

  function answered(message: Message, duplicate: boolean): Received {
    received.inc({ channel: message.channel, duplicate: String(duplicate) });
    if (!duplicate) {
      core.log.info({ id: message._id, inbox: message.inbox, trace: message.trace }, "received");
      hint(message.conversation);
    }
    return { id: message._id, receivedAt: message.receivedAt, duplicate };
  }
}

function isSignal(item: InboundMessage | Signal): item is Signal {
  return "kind" in item;
}

/** The ledger's document. The hash covers what was said, not when it arrived, so that a resend is a repeat. */
function asStored(item: InboundMessage, order: number): Message {
  const said = [
    item.from.address,
    item.author,
    item.subject,
    item.text,
    item.html,
    item.attachments.map(({ id }) => id),
  ];
  return {
    ...item,
    _id: `${item.inbox}/${item.externalId}`,
    kind: "inbound",
    conversation: `${item.inbox}/${item.conversationId}`,
    order,
    hash: hash("sha256", JSON.stringify(said)),
    trace: randomUUID(),
    state: "received",
    unfiled: true,
  };
}

/** Collects the conversations of one turn of the event loop, and hints at them in bulk once their wires are answered. */
function hintLater(core: Core): (conversation: string) => void {
  const conversations = new Set<string>();
  return (conversation) => {
    conversations.add(conversation);
    if (conversations.size > 1) return;
    setImmediate(() => {
      crashPoint("answered, no hint");
      const ids = [...conversations];
      conversations.clear();
      void core.hints.give(FILING, ids);
    });
  };
}
