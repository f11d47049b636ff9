import { randomUUID } from "node:crypto";
import type { Core, Settings } from "../../src/core.ts";
import type { Store } from "../../src/store.ts";
import type { Agent, InboundMessage, Log } from "../../src/types.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** One inbox, one queue, always open, an answer promised within the hour. */
export function testSettings(over: Partial<Settings> = {}): Settings {
  return {
    version: "test",
    languages: { fallback: "en", offered: ["en", "fr", "nl", "sw"] },
    timeZone: "Africa/Nairobi",
    inboxes: new Map([["website", { name: "Website", channel: "webchat", queue: "support", isOpen: () => true }]]),
    queues: new Map([
      [
        "support",
        {
          name: "Support",
          tier: "L1",
          firstAnswerBy: (receivedAt: Date) => new Date(receivedAt.getTime() + 60 * MINUTE),
        },
      ],
      [
        "billing",
        {
          name: "Billing",
          tier: "L1",
          firstAnswerBy: (receivedAt: Date) => new Date(receivedAt.getTime() + 60 * MINUTE),
        },
      ],
    ]),
    acknowledgeWithin: DAY,
    acknowledgementsPerHour: 5,
    reopenWithin: 3 * DAY,
    ...over,
  };
}

/** A core on a real store, whose hints and whispers are kept for the test to read instead of being sent. */
export interface TestCore extends Core {
  hinted: { queue: string; ids: string[] }[];
  whispered: object[];
}

export function testCore(store: Store, over: { settings?: Partial<Settings>; now?: () => Date } = {}): TestCore {
  const hinted: TestCore["hinted"] = [];
  const whispered: object[] = [];
  return {
    store,
    settings: testSettings(over.settings),
    hinted,
    whispered,
    hints: {
      give: async (queue, ids) => hinted.push({ queue, ids }) > 0,
      depth: async () => 0,
      close: async () => undefined,
    },
    whispers: {
      say: (whisper) => void whispered.push(whisper),
      connected: () => true,
      close: async () => undefined,
    },
    log: silent,
    now: over.now ?? (() => new Date()),
    acknowledgement: ({ number }) => `Your ticket is ${number}.`,
  };
}

const silent: Log = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

/** What a visitor wrote; a new visitor and a new message where nothing is said. */
export function inbound(over: Partial<InboundMessage> = {}): InboundMessage {
  const visitor = over.conversationId ?? `v-${randomUUID()}`;
  return {
    inbox: "website",
    channel: "webchat",
    externalId: `${visitor}/${randomUUID()}`,
    conversationId: visitor,
    from: { address: visitor },
    text: "Where is my parcel?",
    attachments: [],
    language: "en",
    receivedAt: new Date(),
    raw: {},
    ...over,
  };
}

/** An agent of the support queue, in the database. */
export async function makeAgent(store: Store, over: Partial<Agent> = {}): Promise<Agent> {
  const id = over._id ?? `agent-${randomUUID()}`;
  const agent: Agent = {
    _id: id,
    name: `Agent ${id.slice(6, 10)}`,
    kind: "person",
    roles: ["agent"],
    tier: "L1",
    queues: ["support"],
    languages: [],
    capacity: 5,
    available: true,
    assignedAt: new Date(0),
    assignments: 0,
    version: 1,
    createdAt: new Date(),
    ...over,
  };
  await store.agents.insertOne(agent);
  return agent;
}
