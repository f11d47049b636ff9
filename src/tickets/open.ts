import { createHash, randomUUID } from "node:crypto";
import { isDuplicateKey, isStoreFault } from "../../adapters/mongo.ts";
import { type Core, outboundQueue } from "../core.ts";
import { Refusal } from "../errors.ts";
import type { Agent, Contact, Conversation, Message, Ticket } from "../types.ts";
import { Stale } from "./change.ts";
import { actorOf, asEvents } from "./events.ts";
import type { Numbers } from "./numbers.ts";
import { searchWords } from "./search.ts";

export interface Opening {
  clientId: string;
  contact: string;
  inbox: string;
  subject?: string;
  text: string;
}

/** The conversation may go on while we write in it; that often in a row, it is left alone. */
const RUNS = 5;

/**
 * Opens a ticket for a contact with a first message to them, on an inbox whose channel reaches them: an agent writes first.
 * The same clientId again is the same ticket.
 */
export async function openTicket(core: Core, numbers: Numbers, agent: Agent, opening: Opening): Promise<Ticket> {
  for (let run = 0; run < RUNS; run++) {
    try {
      return await openOnce(core, numbers, agent, opening);
    } catch (fault) {
      if (!(fault instanceof Stale)) throw fault;
    }
  }
  throw new Refusal("busy", "The conversation is going on. Please look again.", 409);
}

async function openOnce(core: Core, numbers: Numbers, agent: Agent, opening: Opening): Promise<Ticket> {
  const { store, settings } = core;
  const messageId = `reply/${agent._id}/${opening.clientId}`;
  const ticketId = createHash("sha256").update(messageId).digest("base64url").slice(0, 22);
  const earlier = await store.tickets.findOne({ _id: ticketId });
  if (earlier) return earlier;
  const inbox = settings.inboxes.get(opening.inbox);
  if (!inbox) throw new Refusal("unknown_inbox", `There is no inbox "${opening.inbox}".`, 404);
  const contact = await store.contacts.findOne({ _id: opening.contact });
  if (!contact) throw new Refusal("not_found", "There is no such contact.", 404);
  const conversation = await conversationWith(core, contact, opening.inbox, inbox.channel);
  const [number = 0] = await numbers.take(1);
  const now = core.now();
  const queue = settings.queues.get(inbox.queue);
  const seq = conversation.lastSeq + 1;
  const address = conversation.conversationId;
  const ticket: Ticket = {
    _id: ticketId,
    number,
    channel: inbox.channel,
    inbox: opening.inbox,
    conversation: conversation._id,
    conversationId: address,
    author: null,
    contact: contact._id,
    contactName: contact.name ?? "",
    participants: [{ address, role: "requester" }],
    subject: opening.subject ?? opening.text.split("\n")[0]?.slice(0, 120).toWellFormed() ?? "",
    language: conversation.language,
    ...(conversation.timeZone && { timeZone: conversation.timeZone }),
    kind: "support",
    priority: "normal",
    rank: 3,
    tier: queue?.tier ?? agent.tier,
    queue: inbox.queue,
    assignee: { id: agent._id, name: agent.name },
    assignedAt: now,
    status: "waiting",
    open: true,
    tags: [],
    clocks: {},
    lastMessage: { text: opening.text.slice(0, 200), from: "agent", at: now, seq },
    waitingSince: null,
    seen: { [agent._id]: seq },
    search: searchWords(String(number), contact.name, contact.email, address),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const message = firstMessage(ticket, agent, opening, messageId, seq);
  try {
    await store.transaction(async (session) => {
      const guard = { _id: conversation._id, lastSeq: conversation.lastSeq };
      const { matchedCount } = await store.conversations.updateOne(
        guard,
        { $set: { lastSeq: seq, updatedAt: now } },
        { session },
      );
      if (matchedCount === 0) throw new Stale();
      await store.tickets.insertOne(ticket, { session });
      await store.messages.insertOne(message, { session });
      const happening = { kind: "opened", actor: actorOf(agent), data: { message: messageId } };
      const silent = { kind: "not_acknowledged", actor: actorOf(agent), data: { reason: "an agent wrote first" } };
      await store.events.insertMany(asEvents(ticket, [happening, silent], settings.version, now), { session });
    });
  } catch (fault) {
    // After a store's fault nobody knows whether the ticket, and its number, are there.
    if (!isStoreFault(fault)) numbers.giveBack([number]);
    if (!isDuplicateKey(fault)) throw fault;
    // The same opening at the same moment was faster, or the conversation has another ticket.
    const same = await store.tickets.findOne({ _id: ticketId });
    if (same) return same;
    throw new Refusal("another_open", "This conversation has an open ticket: answer there.", 409);
  }
  core.whispers.say({ about: "ticket", ticket: ticketId, conversation: conversation._id, version: 1 });
  core.whispers.say({ about: "conversation", conversation: conversation._id, seq });
  void core.hints.give(outboundQueue(opening.inbox), [conversation._id]);
  return ticket;
}

/** The contact's conversation on this inbox. A channel on which only they can begin has none until they did. */
async function conversationWith(core: Core, contact: Contact, inbox: string, channel: string): Promise<Conversation> {
  const found = await core.store.conversations.findOne({ contact: contact._id, inbox }, { sort: { updatedAt: -1 } });
  if (found) return found;
  throw new Refusal(
    "unreachable",
    `${contact.name ?? "This contact"} cannot be reached on ${inbox}: on ${channel} the customer writes first.`,
    409,
  );
}

function firstMessage(ticket: Ticket, agent: Agent, opening: Opening, id: string, seq: number): Message {
  return {
    _id: id,
    kind: "reply",
    inbox: ticket.inbox,
    channel: ticket.channel,
    conversation: ticket.conversation,
    conversationId: ticket.conversationId,
    from: { address: ticket.inbox, name: agent.name },
    to: [{ address: ticket.conversationId }],
    text: opening.text.toWellFormed(),
    attachments: [],
    language: ticket.language,
    receivedAt: ticket.createdAt,
    order: 0,
    hash: createHash("sha256").update(opening.text).digest("hex"),
    trace: randomUUID(),
    ticket: ticket._id,
    number: ticket.number,
    seq,
    state: "queued",
    unsent: true,
    agent: { id: agent._id, name: agent.name },
  };
}
