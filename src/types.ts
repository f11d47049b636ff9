/**
 * The words of this code base, one for each thing:
 *
 * - channel: a kind of medium (webchat, email, sms, voice, whatsapp)
 * - inbox: one address of ours on a channel (support@…, +254…, one website)
 * - contact: a person, with their addresses; organisation: whom the contact belongs to
 * - conversation: the messages that belong together on one inbox
 * - message: one thing said, by a customer, an agent or the gateway; a signal is news about a message we know
 * - ticket: one matter to be settled; a conversation carries one after another
 * - agent: who answers; queue: a team's waiting line; tier: L1, L2, L3
 *
 * Times are `Date`s in UTC; durations are milliseconds unless their name says otherwise.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Readable } from "node:stream";
import type { Router } from "express";

export interface Address {
  /** Unique on its channel: a visitor, a mail address in lower case, an E.164 number, a WhatsApp id. */
  address: string;
  name?: string;
  /** Theirs beyond doubt: whoever vouches for the address vouches for it too. */
  email?: string;
}

export interface Attachment {
  /** The id of the file in GridFS. */
  id: string;
  name: string;
  /** Media type, told from the content. */
  type: string;
  /** Bytes. */
  size: number;
}

/** What a customer said, as the channel's pure `parse` hands it over. */
export interface InboundMessage {
  inbox: string;
  channel: string;
  /** The message's identity on its inbox: receiving it twice is receiving it once. */
  externalId: string;
  /** Computed from the message alone. */
  conversationId: string;
  /** Who spoke, in a group. */
  author?: string;
  from: Address;
  participants?: Address[];
  text: string;
  html?: string;
  subject?: string;
  attachments: Attachment[];
  /** Ids (`_id` in `messages`) of earlier messages that this one answers. */
  references?: string[];
  automated?: "auto-reply" | "bounce" | "list" | "bulk";
  /** Typed by us on a device of ours. */
  ours?: boolean;
  /** BCP 47, as the customer set it; detected from the text where absent. */
  language?: string;
  /** IANA time zone of the customer, where known. */
  timeZone?: string;
  sentAt?: Date;
  receivedAt: Date;
  /** The vendor's payload, so that it can be parsed again. */
  raw: unknown;
}

/** News about a message that we know. Stored once, under `inbox/target/kind/state`. */
export interface Signal {
  inbox: string;
  channel: string;
  conversationId: string;
  kind: "delivery";
  /** `_id` of an outbound message; `upTo` instead names all outbound messages of the conversation up to this seq. */
  target?: string;
  upTo?: number;
  state: "sent" | "delivered" | "read" | "failed";
  reason?: string;
  at: Date;
}

/** Outbound: queued → sending → sent → delivered → read, or failed, or uncertain. Moves by rank only. */
export type OutboundState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "uncertain";
/** Inbound: received → filed; dead = filed as "could not be read". */
export type InboundState = "received" | "filed" | "dead";

export type MessageKind = "inbound" | "ack" | "reply" | "notice" | "note";

/** One document of `messages`: the ledger. `_id` = `inbox/externalId`, `ack/<ticket>`, `reply/<agent>/<clientId>`, `note/…`. */
export interface Message {
  _id: string;
  kind: MessageKind;
  inbox: string;
  channel: string;
  /** `inbox/conversationId`, the `_id` in `conversations`. */
  conversation: string;
  conversationId: string;
  author?: string;
  from: Address;
  participants?: Address[];
  text: string;
  html?: string;
  subject?: string;
  attachments: Attachment[];
  references?: string[];
  automated?: InboundMessage["automated"];
  ours?: boolean;
  language?: string;
  timeZone?: string;
  sentAt?: Date;
  /** When we took it (inbound), or when it was written (outbound, notes). */
  receivedAt: Date;
  /** Place in the order of arrival: microseconds of the receiving process' clock, which there never goes back. */
  order: number;
  raw?: unknown;
  /** Of the content, to tell a repeat from another message under the same id. */
  hash: string;
  /** The `_id` under which another content came first. */
  conflictsWith?: string;
  /** Follows the message from the wire to the agent, in every log line. */
  trace: string;
  /** Set by filing (inbound) or at birth (outbound, notes). */
  ticket?: string;
  number?: number;
  /** Place in the conversation, from 1, gapless in commit order. */
  seq?: number;
  state: InboundState | OutboundState;
  /** Present while it waits for filing, sending: what the sweep finds through a partial index. */
  unfiled?: true;
  unsent?: true;
  /** Tries that failed by the message's own fault. */
  tries?: number;
  fault?: string;
  /** Not before this instant (outbound, after a failed attempt). */
  notBefore?: Date;
  lease?: { token: string; until: Date };
  /** Outbound: who receives it. */
  to?: Address[];
  agent?: { id: string; name: string };
  /** An acknowledgement's promise, fixed at filing. */
  expectedBy?: Date;
}

/** A signal as it is stored, beside the messages. */
export interface StoredSignal extends Signal {
  _id: string;
  conversation: string;
  receivedAt: Date;
  order: number;
  unfiled?: true;
}

export interface Conversation {
  _id: string;
  inbox: string;
  channel: string;
  conversationId: string;
  lastSeq: number;
  contact: string;
  language: string;
  /** Whether the language was set by the customer, rather than detected or assumed. */
  languageSet: boolean;
  timeZone?: string;
  /** Highest seq that the customer has read. */
  readUpTo?: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface Contact {
  _id: string;
  name?: string;
  email?: string;
  /** `channel:address`, unique over all contacts. */
  addresses: string[];
  /** Lower-case words of name and addresses, for finding by prefix. */
  search: string[];
  language?: string;
  optedOut?: boolean;
  /** When the last acknowledgements were given, newest last, for the hourly budget. */
  acknowledgedAt: Date[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export type TicketStatus = "new" | "open" | "waiting" | "resolved" | "closed";
export type Priority = "low" | "normal" | "high" | "urgent";

export interface Ticket {
  _id: string;
  number: number;
  channel: string;
  inbox: string;
  conversation: string;
  conversationId: string;
  author: string | null;
  contact: string;
  contactName: string;
  organisation?: string;
  participants: { address: string; role: "requester" | "cc" }[];
  subject: string;
  language: string;
  /** IANA time zone of the customer's device, where known. */
  timeZone?: string;
  category?: string;
  kind: "support" | "service";
  impact?: string;
  urgency?: string;
  priority: Priority;
  /** 1 urgent … 4 low: what the waiting line is sorted by. */
  rank: number;
  tier: string;
  queue: string;
  assignee: { id: string; name: string } | null;
  assignedAt?: Date;
  status: TicketStatus;
  /** Present while not resolved or closed: one open ticket a conversation and author, by a partial unique index. */
  open?: true;
  /** Present while it waits for an agent: the waiting line, by a partial index. */
  unrouted?: true;
  /** Why it waits, as last written to its events. */
  waitReason?: string;
  tags: string[];
  /** When the customer was promised a first answer. */
  dueAt?: Date;
  clocks: { firstResponse?: { dueAt: Date; metAt?: Date } };
  /** Last message of the customer, last of ours; what is unread and how long they have waited. */
  lastMessage: { text: string; from: "customer" | "agent" | "gateway"; at: Date; seq: number };
  waitingSince: Date | null;
  /** seq of the last message each agent has seen, by agent id. */
  seen: Record<string, number>;
  search: string[];
  linkedTo?: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  resolvedAt?: Date;
  closedAt?: Date;
}

/** Who did something: for events, and for what an agent may do. */
export interface Actor {
  kind: "agent" | "customer" | "gateway";
  id?: string;
  name: string;
}

/** Append-only: everything that happened to a ticket, who did it and why. */
export interface TicketEvent {
  _id: string;
  ticket: string;
  number: number;
  kind: string;
  actor: Actor;
  data: Record<string, unknown>;
  /** Version of the configuration that the decision was made with. */
  configuration: string;
  at: Date;
}

export interface Agent {
  _id: string;
  name: string;
  /** Absent for programs, which sign in by key. */
  email?: string;
  kind: "person" | "program";
  roles: ("admin" | "agent")[];
  tier: string;
  queues: string[];
  languages: string[];
  /** How many tickets that are new or open (the ball on our side) the router gives them at a time. */
  capacity: number;
  /** The agent's own switch; presence is another thing. */
  available: boolean;
  /** When the router last gave them a ticket: "longest waited" breaks ties. */
  assignedAt: Date;
  passwordHash?: string;
  disabled?: boolean;
  /** Touched by every assignment, so that two at once conflict. */
  assignments: number;
  version: number;
  createdAt: Date;
}

/** What a channel may use. Handed to `listen`; a channel reaches for nothing else. */
export interface Host {
  /** Resolves when the item is durable; rejects with NotStored when it is not. A repeat resolves to the first one's answer. */
  receive(item: InboundMessage | Signal): Promise<Received>;
  /** Mounted at `/channels/<channel>`. */
  router: Router;
  server: Server;
  log: Log;
  desk: Desk;
  live: Live;
  files: Files;
  /** The sender's IP address; X-Forwarded-For counts only from proxies that the operator named. */
  clientAddress(request: IncomingMessage): string;
  /** Signs and proves the tokens this channel hands out. */
  secret: Uint8Array;
}

export interface Received {
  id: string;
  receivedAt: Date;
  duplicate: boolean;
}

/** The few read-only questions that a channel may ask. */
export interface Desk {
  isOpen(inbox: string, at: Date): boolean;
  /** Language in which this contact wants to be spoken to, where known. */
  language(channel: string, address: string): Promise<string | undefined>;
  message(id: string): Promise<Message | null>;
  /** What the customer may see of a conversation, in order, after this seq. */
  history(inbox: string, conversationId: string, after: number, limit: number): Promise<CustomerMessage[]>;
  /** The latest ticket of the conversation. */
  ticket(inbox: string, conversationId: string): Promise<CustomerTicket | null>;
}

/** What happens while a customer is connected. Nothing here is durable: `history` is the truth. */
export interface Live {
  /** Calls the listener in seq order for what is committed after `after`; returns what ends it. */
  follow(inbox: string, conversationId: string, after: number, listener: LiveListener): () => void;
  /** Tells the agents who watch that the customer is typing. */
  typing(inbox: string, conversationId: string): void;
}

export interface LiveListener {
  message(message: CustomerMessage): void;
  ticket(ticket: CustomerTicket): void;
  typing(agentName: string): void;
}

/** A message as a customer may see it. `previous` is the seq of the one before it that this reader may see, 0 for none. */
export interface CustomerMessage {
  id: string;
  seq: number;
  previous: number;
  from: "customer" | "agent" | "gateway";
  agentName?: string;
  text: string;
  files: Attachment[];
  at: Date;
}

export interface CustomerTicket {
  number: number;
  status: TicketStatus;
  expectedBy?: Date;
}

/** Files in GridFS. Uploaded first, claimed by the message that names them; unclaimed ones are swept after 48 h. */
export interface Files {
  /** Stores bytes under a type told from the content; rejects with Refusal `file_too_large` or `file_empty`. */
  store(upload: { owner: string; name: string; content: Readable }): Promise<Attachment>;
  /** Claims the owner's own files for one message; rejects with Refusal `unknown_file` when any is not theirs or taken. */
  claim(ids: string[], owner: string, message: string): Promise<Attachment[]>;
  /** The file and its bytes, or null. Whether the asker may see it is decided by `mayRead`. */
  open(
    id: string,
    mayRead: (file: StoredFile) => boolean | Promise<boolean>,
  ): Promise<{ file: StoredFile; content: Readable } | null>;
}

export interface StoredFile extends Attachment {
  owner: string;
  message?: string;
}

/** One medium's way in and out. Three methods, no capability flags. */
export interface Channel {
  /** Starts to take messages for the inboxes of this channel; called once, in the role that holds it. */
  listen(host: Host): Promise<void> | void;
  /** Delivers one message; rejects with DeliveryError. May be called where `listen` never was. */
  send(message: Message, circumstances: { attempt: number; mayHaveBeenSent: boolean }): Promise<Receipt>;
  close(): Promise<void>;
}

export interface Receipt {
  state: "sent" | "delivered";
  /** The vendor's id, by which later signals name the message. */
  externalId?: string;
}

/** What `channels/index.ts` lists: one line a channel. */
export interface ChannelModule<Inbox = never> {
  name: string;
  /** Role whose process listens. Its messages are sent from there too, unless `sendsFrom` says worker. */
  role: "web" | "email" | "whatsapp";
  sendsFrom: "worker" | "holder";
  create(inboxes: Map<string, Inbox>): Channel;
}

export interface Log {
  trace(details: object, message: string): void;
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
  child(bindings: object): Log;
}
