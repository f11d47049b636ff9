/** Files new tickets as a worker does; and, for comparison, writes the same documents one after another. */

import { openLog } from "../../../adapters/log.ts";
import { connectMongo, DURABLE } from "../../../adapters/mongo.ts";
import { openHints } from "../../../adapters/queue.ts";
import { openWhispers } from "../../../adapters/redis.ts";
import { loadConfig } from "../../../config/index.ts";
import type { Core } from "../../../src/core.ts";
import { decide, type Plan } from "../../../src/intake/decide.ts";
import { openFiling } from "../../../src/intake/filing.ts";
import { openLedger } from "../../../src/intake/ledger.ts";
import { acknowledgementFrom, settingsFrom } from "../../../src/settings.ts";
import { openStore } from "../../../src/store.ts";
import { openNumbers } from "../../../src/tickets/numbers.ts";
import { serveTasks } from "../tasks.ts";

/** The baseline's numbers lie beyond ours. */
const OTHER_NUMBERS = 1_000_000_000;

const { config, environment } = loadConfig();
const { MONGODB_URL = "", REDIS_URL = "" } = environment;
const mongo = await connectMongo(MONGODB_URL);
const store = await openStore(mongo);
const scope = mongo.db.databaseName;
const now = () => new Date();
const core: Core = {
  store,
  settings: settingsFrom(config),
  hints: openHints(REDIS_URL, scope, () => undefined),
  whispers: openWhispers(REDIS_URL, scope, { whisper: () => undefined, back: () => undefined, fault: () => undefined }),
  log: openLog("info"),
  now,
  acknowledgement: acknowledgementFrom(config, now),
};
const file = openFiling(core, openNumbers(store));
// What we file we call for ourselves.
const receive = openLedger({ ...core, hints: { ...core.hints, give: async () => true } });
let visitors = 0;

/** As many first messages, each of its own conversation. */
async function firstMessages(count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const visitor = `v-${scope}-${++visitors}`;
      await receive({
        inbox: "website",
        channel: "webchat",
        externalId: `${visitor}/1`,
        conversationId: visitor,
        from: { address: visitor },
        text: "Hello, my parcel has not arrived yet. Can you tell me where it is? Thank you.",
        attachments: [],
        receivedAt: now(),
        raw: {},
      });
      return `website/${visitor}`;
    }),
  );
}

/** Acts on each, so many at a time; resolves to how many were done in a second. */
async function timed<T>(items: T[], inFlight: number, act: (item: T) => Promise<void>): Promise<number> {
  const waiting = [...items];
  const from = performance.now();
  const work = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return (items.length * 1_000) / (performance.now() - from);
}

async function planFor(conversation: string): Promise<Plan> {
  const messages = await store.messages.find({ conversation, unfiled: true }).toArray();
  const facts = { conversation: null, messages, tickets: new Map(), contacts: new Map() };
  return decide(facts, core.settings, now(), () => OTHER_NUMBERS + ++visitors);
}

/** What filing writes for one new ticket, but the contact, each waited for: five durable writes. */
async function writeOneByOne({ conversation, tickets, filed, acknowledgements }: Plan): Promise<void> {
  const durably = { writeConcern: DURABLE };
  const [entry] = tickets;
  const [message] = filed;
  const [acknowledgement] = acknowledgements;
  if (!entry || !message || !acknowledgement) throw new Error("a first message makes a ticket and an acknowledgement");
  const { _id: ticket, number, updatedAt: at } = entry.ticket;
  await store.conversations.insertOne(conversation, durably);
  await store.tickets.insertOne(entry.ticket, durably);
  const change = { $set: message.changes, $unset: { unfiled: true as const } };
  await store.messages.updateOne({ _id: message.id }, change, durably);
  await store.messages.insertOne(acknowledgement, durably);
  const event = {
    ticket,
    number,
    configuration: core.settings.version,
    at,
    actor: { kind: "gateway", name: "" },
  } as const;
  await store.events.insertOne({ _id: `${ticket}/1`, kind: "opened", data: {}, ...event }, durably);
}

export const tasks = {
  async ours({ count, inFlight }: { count: number; inFlight: number }): Promise<number> {
    return timed(await firstMessages(count), inFlight, file);
  },
  async theirs({ count, inFlight }: { count: number; inFlight: number }): Promise<number> {
    const plans = await Promise.all((await firstMessages(count)).map(planFor));
    return timed(plans, inFlight, writeOneByOne);
  },
};
serveTasks(tasks);
