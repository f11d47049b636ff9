import { connectMongo } from "../adapters/mongo.ts";
import { openHints } from "../adapters/queue.ts";
import { checkRedis, openWhispers } from "../adapters/redis.ts";
import { ensureFirstAdmin, type FirstAdmin } from "./agents/first-admin.ts";
import type { AcknowledgementFacts, Core, Settings, Whisper } from "./core.ts";
import { crashPoint } from "./crash-point.ts";
import { openFiles } from "./files/index.ts";
import { openLedger } from "./intake/ledger.ts";
import type { Web } from "./roles/web.ts";
import { installationSecret } from "./secret.ts";
import { openStore } from "./store.ts";
import { openActions } from "./tickets/actions.ts";
import { openNumbers } from "./tickets/numbers.ts";
import type { Channel, ChannelModule, Log } from "./types.ts";

export const ROLES = ["web", "worker", "email", "whatsapp"] as const;
export type Role = (typeof ROLES)[number];

export interface GatewayParts {
  roles: Role[];
  stores: { mongodbUrl: string; redisUrl: string };
  log: Log;
  now(): Date;
  channels: ChannelModule[];
  /** By name; each is its channel's own kind. */
  inboxes: Record<string, { channel: string }>;
  settings: Settings;
  acknowledgement(facts: AcknowledgementFacts): string;
  /** Without secrets, published under its version. */
  configuration: unknown;
  publicUrl: string;
  trustedProxies: string[];
  fileBytes: number;
  port: number;
  host: string;
  admin: { email: string | undefined; password: string | undefined };
}

export interface Gateway {
  /** Where it listens, when it has the role web. */
  port?: number;
  admin?: FirstAdmin;
  /** Stops taking, finishes or hands back what is in hand, lets go of the stores. */
  close(): Promise<void>;
}

/** Starts the roles in order: nothing listens before every index exists. Rejects with a StartFault, holding on to nothing. */
export async function startGateway(parts: GatewayParts): Promise<Gateway> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) {
      await closer();
      crashPoint("during stop");
    }
  };
  try {
    return { ...(await start(parts, closers)), close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** Each role is loaded by the processes that have it: a library takes memory wherever it is read. */
async function start(parts: GatewayParts, closers: (() => Promise<void>)[]): Promise<Omit<Gateway, "close">> {
  const { roles, stores, log, settings } = parts;
  const { redisUrl } = stores;
  const [, mongo] = await Promise.all([checkRedis(redisUrl), connectMongo(stores.mongodbUrl)]);
  closers.push(() => mongo.close());
  const store = await openStore(mongo);
  const files = await openFiles(store, { largest: parts.fileBytes });
  await store.configurations.updateOne(
    { _id: settings.version },
    { $setOnInsert: { at: parts.now(), configuration: parts.configuration } },
    { upsert: true },
  );
  const web: { current?: Web } = {};
  const scope = mongo.db.databaseName;
  const onFault = sparingly(() => log.warn({}, "Redis does not answer; messages are taken all the same"));
  const hints = openHints(redisUrl, scope, onFault);
  const whispers = openWhispers(redisUrl, scope, {
    whisper: (whisper) => web.current?.hear(whisper as Whisper),
    back: () => web.current?.catchUp(),
    fault: onFault,
  });
  closers.push(async () => {
    await Promise.all([hints.close(), whispers.close()]);
  });
  const core: Core = { store, settings, hints, whispers, log, now: parts.now, acknowledgement: parts.acknowledgement };
  const numbers = openNumbers(store);
  const byChannel = createChannels(parts);

  if (roles.includes("worker")) {
    const sendsFor = new Map(
      [...settings.inboxes].flatMap(([inbox, { channel }]) => {
        const { module, instance } = byChannel.get(channel) ?? {};
        return instance && module?.sendsFrom === "worker" ? [[inbox, instance] as const] : [];
      }),
    );
    const { startWorker } = await import("./roles/worker.ts");
    const worker = startWorker({ core, numbers, redisUrl, scope, sendsFor, sweepFiles: () => files.sweepUnclaimed() });
    closers.push(() => worker.close());
  }
  for (const role of roles.filter((each) => each !== "web" && each !== "worker"))
    log.info({ role }, "no inbox needs this role: it idles");
  if (!roles.includes("web")) return {};

  const admin = await ensureFirstAdmin(store, { ...parts.admin, queues: [...settings.queues.keys()] });
  const [firstWebchat] = [...settings.inboxes].flatMap(([id, { channel }]) => (channel === "webchat" ? [id] : []));
  const { startWeb } = await import("./roles/web.ts");
  const { serveWidget } = await import("../channels/webchat/pages.ts");
  web.current = await startWeb({
    ...parts,
    core,
    files,
    receive: openLedger(core),
    actions: openActions(core, numbers, files),
    secret: await installationSecret(store, "visitors"),
    channels: new Map(
      [...byChannel].flatMap(([name, { module, instance }]) => (module.role === "web" ? [[name, instance]] : [])),
    ),
    pages: serveWidget(firstWebchat),
  });
  closers.push(() => web.current?.close() ?? Promise.resolve());
  return { port: web.current.port, admin };
}

/** A channel for each that has an inbox, with its inboxes. */
function createChannels({
  channels,
  inboxes,
}: GatewayParts): Map<string, { module: ChannelModule; instance: Channel }> {
  const entries = Object.entries(inboxes);
  return new Map(
    channels.flatMap((module) => {
      const theirs = entries.filter(([, { channel }]) => channel === module.name);
      // Each inbox was validated by the schema of this very module.
      return theirs.length > 0 ? [[module.name, { module, instance: module.create(new Map(theirs) as never) }]] : [];
    }),
  );
}

/** Says it once a minute: a store that is away says so many times a second. */
function sparingly(say: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - last < SPARING_MS) return;
    last = performance.now();
    say();
  };
}

const SPARING_MS = 60_000;
