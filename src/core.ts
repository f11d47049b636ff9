import type { Hints } from "../adapters/queue.ts";
import type { Whispers } from "../adapters/redis.ts";
import type { Store } from "./store.ts";
import type { Log } from "./types.ts";

/** What the gateway is set to, as `main` derives it from the configuration. */
export interface Settings {
  /** Version of the configuration, named by every decision. */
  version: string;
  organisation?: string;
  languages: { fallback: string; offered: string[] };
  timeZone: string;
  inboxes: Map<string, InboxSettings>;
  queues: Map<string, QueueSettings>;
  /** Older messages are filed without an acknowledgement. Milliseconds. */
  acknowledgeWithin: number;
  /** Acknowledgements an address may get in an hour. */
  acknowledgementsPerHour: number;
  /** How long after its resolution a new message reopens a ticket. Milliseconds. */
  reopenWithin: number;
}

export interface InboxSettings {
  name: string;
  channel: string;
  queue: string;
  isOpen(at: Date): boolean;
}

export interface QueueSettings {
  name: string;
  tier: string;
  /** When a message received then is promised its first answer. */
  firstAnswerBy(receivedAt: Date): Date;
}

/** Everything the parts of the gateway share. */
export interface Core {
  store: Store;
  settings: Settings;
  hints: Hints;
  whispers: Whispers;
  log: Log;
  /** The wall clock. */
  now(): Date;
  /** The acknowledgement's words; the promise is left out once its moment has passed. */
  acknowledgement(facts: AcknowledgementFacts): string;
}

export interface AcknowledgementFacts {
  number: number;
  expectedBy?: Date;
  language: string;
  customerTimeZone?: string;
}

/** News between our processes: ids and numbers only. Whoever misses one reads the state from MongoDB. */
export type Whisper =
  /** Messages up to this seq are committed, or one's state has changed. */
  | { about: "conversation"; conversation: string; seq: number; changed?: string }
  | { about: "ticket"; ticket: string; conversation: string; version: number }
  | { about: "typing"; conversation: string; by: "customer" }
  | { about: "typing"; conversation: string; by: "agent"; number: number; agent: { id: string; name: string } }
  | { about: "viewing"; number: number; process: string; agents: { id: string; name: string }[] }
  | { about: "agents" };

/** Names of the hint queues. */
export const FILING = "filing";
export const ROUTING = "routing";
export const outboundQueue = (inbox: string) => `outbound-${inbox}`;
