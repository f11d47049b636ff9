import { isDuplicateKey, isStoreFault } from "../../adapters/mongo.ts";
import type { Core } from "../core.ts";
import { crashPoint } from "../crash-point.ts";
import { Stale } from "../tickets/change.ts";
import { asEvents } from "../tickets/events.ts";
import type { Facts, Plan } from "./decide.ts";

/** Conversations that share a transaction: beyond it they save little, and one that fails makes all start again. */
const TOGETHER = 16;

/**
 * Writes the plan, all of it or none, and none if anything read before has changed since: then it rejects with Stale.
 * Resolves when it is durable.
 */
export type Commit = (facts: Facts, plan: Plan) => Promise<void>;

interface Waiting {
  facts: Facts;
  plan: Plan;
  resolve(): void;
  reject(fault: unknown): void;
}

/**
 * Opens the writer of this process. What arrives while one transaction is under way shares the next, without any timer: one
 * alone waits for nothing, and a burst shares round trips and fsync. Whoever meets another writer goes on alone.
 */
export function openCommit(core: Core): Commit {
  let waiting: Waiting[] = [];
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, TOGETHER);
      waiting = waiting.slice(TOGETHER);
      await new Promise<void>((goOn) => void settle(core, group, goOn).finally(goOn));
    }
    writing = false;
  }

  return (facts, plan) =>
    new Promise((resolve, reject) => {
      waiting.push({ facts, plan, resolve, reject });
      if (!writing) void write();
    });
}

/** Answers each of them. Calls `goOn` when it will take longer than a transaction does, since others need not wait for that. */
async function settle(core: Core, group: Waiting[], goOn: () => void): Promise<void> {
  try {
    await writeTogether(core, group, goOn);
    for (const { resolve } of group) resolve();
  } catch (fault) {
    // Of a store fault nobody knows how far it came: each is read and decided again.
    if (group.length === 1 || isStoreFault(fault)) for (const { reject } of group) reject(fault);
    else for (const one of group) void settle(core, [one], () => undefined);
  }
}

async function writeTogether({ store, settings }: Core, group: Waiting[], goOn: () => void): Promise<void> {
  const plans = group.map(({ plan }) => plan);
  const tickets = plans.flatMap((plan) => plan.tickets);
  const contacts = plans.flatMap((plan) => plan.contacts);
  const events = tickets.flatMap(({ ticket, happenings }) =>
    asEvents(ticket, happenings, settings.version, ticket.updatedAt),
  );
  const messages = plans.flatMap((plan) => [...plan.filed.map(filedWrite), ...plan.acknowledgements.map(insertion)]);
  let runs = 0;
  await store
    .transaction(async (session) => {
      if (++runs > 1) {
        if (group.length > 1) throw new Stale();
        goOn();
      }
      const options = { session, ordered: false };
      await store.conversations.bulkWrite(group.map(conversationWrite), options).then(all(group.length));
      await store.tickets.bulkWrite(tickets.map(ticketWrite), options).then(all(tickets.length));
      crashPoint("ticket made, message not linked");
      await store.messages.bulkWrite(messages, options).then(all(messages.length));
      crashPoint("filed, ack not written");
      if (contacts.length > 0)
        await store.contacts.bulkWrite(contacts.map(contactWrite), options).then(all(contacts.length));
      if (events.length > 0) await store.events.insertMany(events, options);
    })
    .catch((fault) => {
      throw isDuplicateKey(fault) ? new Stale() : fault;
    });
}

/** Each write names what it expects to find: one that found something else was decided on what is no more. */
function all(count: number): (written: { insertedCount: number; matchedCount: number }) => void {
  return ({ insertedCount, matchedCount }) => {
    if (insertedCount + matchedCount < count) throw new Stale();
  };
}

function conversationWrite({ facts, plan: { conversation } }: Waiting) {
  if (!facts.conversation) return insertion(conversation);
  const { _id, createdAt, ...changes } = conversation;
  return { updateOne: { filter: { _id, lastSeq: facts.conversation.lastSeq }, update: { $set: changes } } };
}

function filedWrite({ id, changes }: Plan["filed"][number]) {
  const update = { $set: changes, $unset: { unfiled: true as const } };
  return { updateOne: { filter: { _id: id, unfiled: true as const }, update } };
}

function ticketWrite({ ticket, isNew }: Plan["tickets"][number]) {
  if (isNew) return insertion(ticket);
  const {
    subject,
    lastMessage,
    waitingSince,
    status,
    assignee,
    updatedAt,
    version,
    open,
    unrouted,
    resolvedAt,
    assignedAt,
  } = ticket;
  return {
    updateOne: {
      filter: { _id: ticket._id, version: version - 1 },
      update: {
        $set: {
          subject,
          lastMessage,
          waitingSince,
          status,
          assignee,
          updatedAt,
          version,
          ...(open && { open }),
          ...(unrouted && { unrouted }),
        },
        $unset: {
          ...(!resolvedAt && { resolvedAt: true as const }),
          ...(!assignedAt && { assignedAt: true as const }),
        },
      },
    },
  };
}

function contactWrite({ contact, isNew }: Plan["contacts"][number]) {
  if (isNew) return insertion(contact);
  const { version } = contact;
  return { replaceOne: { filter: { _id: contact._id, version }, replacement: { ...contact, version: version + 1 } } };
}

function insertion<T>(document: T) {
  return { insertOne: { document } };
}
