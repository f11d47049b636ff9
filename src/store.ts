import {
  type ClientSession,
  type Collection,
  type Db,
  type IndexDescription,
  inTransaction,
  type Mongo,
  type MongoClient,
} from "../adapters/mongo.ts";
import type { Agent, Contact, Conversation, Message, StoredSignal, Ticket, TicketEvent } from "./types.ts";

/** A signed-in browser. `_id` is the hash of its token. */
export interface Session {
  _id: string;
  agent: string;
  createdAt: Date;
  expiresAt: Date;
}

/** A program's key. `_id` is the hash of the key. */
export interface ApiKey {
  _id: string;
  name: string;
  agent: string;
  createdAt: Date;
  lastUsedAt?: Date;
}

/** A one-time link with which a person sets a password. `_id` is the hash of its token. */
export interface Invitation {
  _id: string;
  agent: string;
  expiresAt: Date;
}

/** One agent's sockets in one process. Alive while `seenAt` is renewed, by the database's clock. */
export interface Presence {
  _id: string;
  agent: string;
  process: string;
  sockets: number;
  seenAt: Date;
}

/** Which request an Idempotency-Key stands for, for 24 hours. The answer is made again: some answers are secrets. */
export interface RememberedRequest {
  _id: string;
  hash: string;
  expiresAt: Date;
}

export interface PublishedConfiguration {
  _id: string;
  at: Date;
  configuration: unknown;
}

/** Every collection, typed; the native driver, nothing over it. */
export interface Store {
  client: MongoClient;
  db: Db;
  messages: Collection<Message>;
  signals: Collection<StoredSignal>;
  conversations: Collection<Conversation>;
  contacts: Collection<Contact>;
  tickets: Collection<Ticket>;
  events: Collection<TicketEvent>;
  agents: Collection<Agent>;
  sessions: Collection<Session>;
  keys: Collection<ApiKey>;
  invitations: Collection<Invitation>;
  presence: Collection<Presence>;
  counters: Collection<{ _id: string; next: number }>;
  requests: Collection<RememberedRequest>;
  configurations: Collection<PublishedConfiguration>;
  secrets: Collection<{ _id: string; value: string }>;
  transaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T>;
}

/** Opens the collections after every index exists; call it before anything listens. */
export async function openStore(mongo: Mongo): Promise<Store> {
  const { client, db } = mongo;
  const present = new Set((await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  await Promise.all(
    Object.entries(INDEXES).map(async ([name, indexes]) => {
      if (!present.has(name)) await db.createCollection(name).catch(ignoreExisting);
      if (indexes.length > 0) await db.collection(name).createIndexes(indexes);
    }),
  );
  return {
    client,
    db,
    messages: db.collection("messages"),
    signals: db.collection("signals"),
    conversations: db.collection("conversations"),
    contacts: db.collection("contacts"),
    tickets: db.collection("tickets"),
    events: db.collection("events"),
    agents: db.collection("agents"),
    sessions: db.collection("sessions"),
    keys: db.collection("keys"),
    invitations: db.collection("invitations"),
    presence: db.collection("presence"),
    counters: db.collection("counters"),
    requests: db.collection("requests"),
    configurations: db.collection("configurations"),
    secrets: db.collection("secrets"),
    transaction: (work) => inTransaction(client, work),
  };
}

/** Another process of ours was first: NamespaceExists. */
function ignoreExisting(fault: { code?: number }): void {
  if (fault.code !== 48) throw fault;
}

/** Of the tickets of one author in a conversation, the current one first: the open one, else where something was last said. */
export const CURRENT_FIRST = { open: -1, "lastMessage.seq": -1 } as const;

/**
 * Collections are made before they are used, since a transaction must not create one. Partial indexes hold only what is
 * still to be done, so that the sweep reads nothing else however large the ledger grows.
 */
const INDEXES: Record<string, IndexDescription[]> = {
  messages: [
    { key: { conversation: 1, seq: 1 }, name: "history" },
    { key: { ticket: 1, seq: 1 }, name: "of_ticket" },
    { key: { conversation: 1, order: 1 }, name: "unfiled_in_order", partialFilterExpression: { unfiled: true } },
    { key: { receivedAt: 1 }, name: "unfiled_age", partialFilterExpression: { unfiled: true } },
    { key: { conversation: 1, seq: 1 }, name: "unsent", partialFilterExpression: { unsent: true } },
    { key: { inbox: 1, receivedAt: 1 }, name: "unsent_age", partialFilterExpression: { unsent: true } },
    { key: { receivedAt: -1 }, name: "dead", partialFilterExpression: { state: "dead" } },
  ],
  signals: [
    { key: { conversation: 1, order: 1 }, name: "unfiled_in_order", partialFilterExpression: { unfiled: true } },
    { key: { receivedAt: 1 }, name: "unfiled_age", partialFilterExpression: { unfiled: true } },
  ],
  conversations: [{ key: { contact: 1 }, name: "of_contact" }],
  contacts: [
    { key: { addresses: 1 }, name: "address", unique: true },
    { key: { search: 1 }, name: "search" },
  ],
  tickets: [
    { key: { number: 1 }, name: "number", unique: true },
    {
      key: { conversation: 1, author: 1 },
      name: "one_open",
      unique: true,
      partialFilterExpression: { open: true },
    },
    { key: { conversation: 1, author: 1, ...CURRENT_FIRST }, name: "current" },
    {
      key: { queue: 1, rank: 1, createdAt: 1, waitReason: 1 },
      name: "waiting_line",
      partialFilterExpression: { unrouted: true },
    },
    { key: { "assignee.id": 1, status: 1 }, name: "load", partialFilterExpression: { open: true } },
    { key: { rank: 1, waitingSince: 1, number: 1 }, name: "inbox", partialFilterExpression: { open: true } },
    { key: { "assignee.id": 1, updatedAt: -1 }, name: "of_agent" },
    { key: { updatedAt: -1, number: -1 }, name: "recent" },
    { key: { status: 1, updatedAt: -1, number: -1 }, name: "by_status" },
    { key: { queue: 1, updatedAt: -1 }, name: "of_queue" },
    { key: { contact: 1, number: -1 }, name: "of_contact" },
    { key: { search: 1, number: -1 }, name: "search" },
  ],
  events: [{ key: { ticket: 1, at: 1, _id: 1 }, name: "of_ticket" }],
  agents: [
    { key: { email: 1 }, name: "email", unique: true, partialFilterExpression: { email: { $exists: true } } },
    { key: { queues: 1 }, name: "of_queue" },
  ],
  sessions: [
    { key: { expiresAt: 1 }, name: "expiry", expireAfterSeconds: 0 },
    { key: { agent: 1 }, name: "of_agent" },
  ],
  keys: [
    { key: { name: 1 }, name: "name", unique: true },
    { key: { agent: 1 }, name: "of_agent" },
  ],
  invitations: [
    { key: { expiresAt: 1 }, name: "expiry", expireAfterSeconds: 0 },
    { key: { agent: 1 }, name: "of_agent" },
  ],
  presence: [
    { key: { agent: 1 }, name: "of_agent" },
    // Rows of processes that ended; kept for longer than a holiday, since a customer may answer somebody who has gone.
    { key: { seenAt: 1 }, name: "expiry", expireAfterSeconds: 90 * 24 * 3600 },
  ],
  counters: [],
  requests: [{ key: { expiresAt: 1 }, name: "expiry", expireAfterSeconds: 0 }],
  configurations: [],
  secrets: [],
};
