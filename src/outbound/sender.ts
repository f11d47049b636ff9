import { randomUUID } from "node:crypto";
import { type Filter, isStoreFault, type UpdateFilter } from "../../adapters/mongo.ts";
import { type Core, outboundQueue } from "../core.ts";
import { crashPoint } from "../crash-point.ts";
import { DeliveryError } from "../errors.ts";
import { acknowledged, sent } from "../metrics.ts";
import { changeTicket, Stale } from "../tickets/change.ts";
import { GATEWAY, type Happening } from "../tickets/events.ts";
import type { Channel, Message, OutboundState, Receipt } from "../types.ts";

/** Who holds a message may send it for this long, by the database's clock; whoever dies meanwhile leaves it to the next. */
const LEASE_MS = 30_000;
/** A send takes no longer, and begins only while this much of its lease is left: two never send at once. */
const SEND_MS = 20_000;
/** Waits between attempts; after the last the message has failed. */
const BACKOFF_MS = [1_000, 5_000, 30_000, 120_000, 600_000];
/** Messages of one conversation sent in a row before others get their turn. */
const IN_A_ROW = 50;

/** Sends what a conversation has unsent, oldest first, one at a time. Called for every hint and by the sweep. */
export async function sendConversation(core: Core, channel: Channel, conversation: string): Promise<void> {
  for (let count = 0; count < IN_A_ROW; count++) {
    const oldest = await core.store.messages.findOne(
      { conversation, unsent: true },
      { sort: { seq: 1 }, projection: { notBefore: 1 } },
    );
    if (!oldest || (oldest.notBefore && oldest.notBefore > core.now())) return;
    crashPoint("taken by the sender, no lease");
    const claimed = await claim(core, oldest._id);
    if (!claimed) return;
    const goesOn = await deliver(core, channel, claimed);
    if (!goesOn) return;
  }
  await core.hints.give(outboundQueue(conversation.slice(0, conversation.indexOf("/"))), [conversation]);
}

interface Claim {
  message: Message;
  token: string;
  /** By the monotonic clock of this process: a jump of the wall clock extends no lease. */
  claimedAt: number;
  mayHaveBeenSent: boolean;
}

/** Takes the lease, unless somebody has it. A message that was "sending" without a living lease may have been sent. */
async function claim(core: Core, id: string): Promise<Claim | null> {
  const token = randomUUID();
  const claimedAt = performance.now();
  const before = await core.store.messages.findOneAndUpdate(
    { _id: id, unsent: true, $expr: { $lte: [{ $ifNull: ["$lease.until", new Date(0)] }, "$$NOW"] } },
    [{ $set: { state: "sending", lease: { token, until: { $add: ["$$NOW", LEASE_MS] } } } }],
    { returnDocument: "before" },
  );
  if (!before) return null;
  return { message: before, token, claimedAt, mayHaveBeenSent: before.state === "sending" };
}

/** One attempt. Answers whether the next message of the conversation may follow at once. */
async function deliver(core: Core, channel: Channel, claimed: Claim): Promise<boolean> {
  const { claimedAt, mayHaveBeenSent } = claimed;
  const attempt = (claimed.message.tries ?? 0) + 1;
  try {
    const message = await withWords(core, claimed);
    if (!message || performance.now() - claimedAt > LEASE_MS - SEND_MS) return false;
    crashPoint("leased, not sent");
    const receipt = await inTime(channel.send(message, { attempt, mayHaveBeenSent }));
    crashPoint("sent, not recorded");
    return await recordSent(core, claimed, receipt);
  } catch (fault) {
    if (isStoreFault(fault)) throw fault;
    return recordFault(core, claimed, fault, attempt);
  }
}

/** An acknowledgement's words are made once, under its first lease, and kept: a repeat says the same. */
async function withWords(core: Core, { message, token }: Claim): Promise<Message | null> {
  if (message.kind !== "ack" || message.text !== "") return message;
  const text = core.acknowledgement({
    number: message.number ?? 0,
    ...(message.expectedBy && { expectedBy: message.expectedBy }),
    language: message.language ?? core.settings.languages.fallback,
    ...(message.timeZone && { customerTimeZone: message.timeZone }),
  });
  return core.store.messages.findOneAndUpdate(
    { _id: message._id, "lease.token": token },
    { $set: { text } },
    { returnDocument: "after" },
  );
}

/** News of the message may have come faster than the wire's own answer: its state never moves down. */
async function recordSent(core: Core, { message, token }: Claim, receipt: Receipt): Promise<boolean> {
  const ours = { _id: message._id, "lease.token": token };
  const id = receipt.externalId && { externalId: receipt.externalId };
  const ended = { unsent: true, lease: true, notBefore: true, fault: true } as const;
  const { matchedCount: first } = await core.store.messages.updateOne(
    { ...ours, state: "sending" },
    { $set: { state: receipt.state, ...id }, $unset: ended },
  );
  const { matchedCount } = first
    ? { matchedCount: first }
    : await core.store.messages.updateOne(ours, { ...(id && { $set: id }), $unset: ended });
  if (matchedCount === 0) return false;
  sent.inc({ channel: message.channel, state: receipt.state });
  if (message.kind === "ack") acknowledged.inc({ outcome: "sent" });
  core.log.info({ id: message._id, number: message.number, trace: message.trace, state: receipt.state }, "sent");
  tell(core, message);
  return true;
}

/** Retries what may work later; what cannot be known is uncertain, and what cannot work has failed: both with an event. */
async function recordFault(core: Core, { message, token }: Claim, fault: unknown, attempt: number): Promise<boolean> {
  const known = fault instanceof DeliveryError ? fault : null;
  const retryable = known ? known.retryable : true;
  const wait = BACKOFF_MS[attempt - 1];
  const reason = fault instanceof Error ? fault.message : String(fault);
  const again = retryable && !known?.uncertain && wait !== undefined;
  // A fault that the channel has no name for may have struck after the wire: "sending" says so to the next attempt.
  const state: OutboundState = again ? (known ? "queued" : "sending") : known?.uncertain ? "uncertain" : "failed";
  const ours = { _id: message._id, "lease.token": token, state: "sending" as const };
  const changes = {
    $set: { state, tries: attempt, fault: reason, ...(again && { notBefore: new Date(core.now().getTime() + wait) }) },
    $unset: { lease: true, ...(!again && { unsent: true as const }) } as const,
  };
  core.log.warn({ id: message._id, trace: message.trace, attempt, state, fault }, "a message could not be delivered");
  if (again) {
    await core.store.messages.updateOne(ours, changes);
    return false;
  }
  const kind = state === "uncertain" ? "delivery_uncertain" : "delivery_failed";
  const happening = { kind, actor: GATEWAY, data: { message: message._id, reason } };
  if (!(await giveUp(core, message, ours, changes, happening))) return false;
  sent.inc({ channel: message.channel, state });
  tell(core, message);
  return true;
}

/** The end of a message's sending and the event that tells of it are written together, or not at all when the lease was lost. */
async function giveUp(
  core: Core,
  { ticket: _id = "" }: Message,
  ours: Filter<Message>,
  changes: UpdateFilter<Message>,
  happening: Happening,
): Promise<boolean> {
  const { messages } = core.store;
  let held = false;
  await changeTicket(core, { _id }, async () => {
    held = (await messages.countDocuments(ours, { limit: 1 })) > 0;
    if (!held) return null;
    return {
      happenings: [happening],
      async also(session) {
        const { matchedCount } = await messages.updateOne(ours, changes, { session });
        if (matchedCount === 0) throw new Stale();
        return undefined;
      },
    };
  });
  return held;
}

function tell(core: Core, message: Message): void {
  const { conversation, seq = 0, _id: changed } = message;
  core.whispers.say({ about: "conversation", conversation, seq, changed });
}

/** A channel that never answers must not hold the conversation: whether it sent is then not known. */
function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fault = new DeliveryError("The channel did not answer in time.", { retryable: false, uncertain: true });
    timer = setTimeout(() => reject(fault), SEND_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
