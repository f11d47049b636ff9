import { existsSync, mkdirSync, renameSync } from "node:fs";
import { resolve } from "node:path";
import { StartFault } from "../../src/errors.ts";
import type { Environment } from "./command.ts";
import { lockData } from "./lock.ts";
import { mongod } from "./mongod.ts";
import { findMongod } from "./mongod-binary.ts";
import { mongodbUrl, redisUrl } from "./records.ts";
import { findRedisServer } from "./redis-binary.ts";
import { redisServer } from "./redis-server.ts";
import {
  type Circumstances,
  type RunningStore,
  runStore,
  type StoreChange,
  type StoreProgram,
} from "./store-process.ts";
import type { Finding } from "./ways.ts";

/** What an append-only file that cannot be read makes Redis say. */
const UNREADABLE = /append only file|AOF|bad file format|unexpected end of file|short read/i;

export interface StoreOptions {
  /** Everything is kept here: data, logs, the lock. */
  dataDir: string;
  /** MONGOD_BINARY, REDIS_SERVER_BINARY, PATH, HOME, XDG_CACHE_HOME, and what pip and proxies need. */
  environment: Environment;
  /** Told, a line at a time, what takes long and what went another way than usual. */
  say(line: string): void;
  /** Where this gateway will listen: told to whoever starts a second one on the same data. */
  address?: string;
  /** Used as they are when given; nothing is started in their place. */
  mongodbUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** A store died (it is started again on the same port, nothing is lost), or is back. */
  onChange?: ((change: StoreChange) => void) | undefined;
  /** Ends the start: what was started is stopped, and startStores rejects. */
  signal?: AbortSignal | undefined;
}

export interface Stores {
  mongodbUrl: string;
  redisUrl: string;
  /** What was taken from where, a line each; empty when nothing is embedded. */
  notes: string[];
  /** Ends the stores cleanly, and gives the data folder back. Call it last, when nothing uses them any more. */
  stop(): Promise<void>;
}

/**
 * Starts a real MongoDB and Redis of our own under `dataDir`, for each whose url is not given. Rejects with a StartFault
 * that says what to do: no program found, data in use by another gateway, a store that does not start.
 */
export async function startStores(options: StoreOptions): Promise<Stores> {
  if (options.mongodbUrl && options.redisUrl)
    return { mongodbUrl: options.mongodbUrl, redisUrl: options.redisUrl, notes: [], stop: async () => undefined };
  const dataDir = resolve(options.dataDir);
  const unlock = takeFolder(dataDir, options.address ?? "");
  const running: RunningStore[] = [];
  const end = async () => {
    await Promise.all(running.map((store) => store.stop()));
    unlock();
  };
  let ended: Promise<void> | undefined;
  const stop = () => (ended ??= end());
  const started = await Promise.allSettled([
    options.mongodbUrl ? given(options.mongodbUrl) : startMongod({ ...options, dataDir }, running),
    options.redisUrl ? given(options.redisUrl) : startRedis({ ...options, dataDir }, running),
  ]);
  const [mongo, redis] = started;
  if (mongo.status === "fulfilled" && redis.status === "fulfilled" && !options.signal?.aborted)
    return {
      mongodbUrl: mongo.value.url,
      redisUrl: redis.value.url,
      notes: [...mongo.value.notes, ...redis.value.notes],
      stop,
    };
  await stop();
  options.signal?.throwIfAborted();
  const faults = started.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  const [fault] = faults;
  throw faults.length > 1 && faults.every((each) => each instanceof StartFault)
    ? new StartFault(faults.map((each) => each.message).join("\n\n"))
    : fault;
}

function takeFolder(dataDir: string, address: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return lockData(dataDir, address);
  } catch (fault) {
    if (fault instanceof StartFault) throw fault;
    throw new StartFault(`The data folder cannot be used: ${(fault as Error).message}. Name another with DATA_DIR.`);
  }
}

interface Started {
  url: string;
  notes: string[];
}

async function given(url: string): Promise<Started> {
  return { url, notes: [] };
}

async function startMongod(options: StoreOptions & Finding, running: RunningStore[]): Promise<Started> {
  const found = await findMongod(options);
  const store = await runStore(mongod(found, options.dataDir), options);
  running.push(store);
  const note = `MongoDB ${found.version} (${found.from}): for trying and small teams on this machine, not for a network`;
  return { url: mongodbUrl(store.port), notes: [note] };
}

async function startRedis(options: StoreOptions & Finding, running: RunningStore[]): Promise<Started> {
  const found = await findRedisServer(options);
  const program = redisServer(found, options.dataDir);
  const store = await runStore(program, options).catch((fault) => withoutItsFile(program, options, fault));
  running.push(store);
  return { url: redisUrl(store.port), notes: [`Redis ${found.version} (${found.from})`] };
}

/** Redis holds hints only, which are made again from MongoDB: a file it cannot read must not stop the gateway. */
async function withoutItsFile(program: StoreProgram, options: Circumstances, fault: Error): Promise<RunningStore> {
  if (!UNREADABLE.test(fault.message) || !existsSync(program.folder)) throw fault;
  const aside = `${program.folder}-unreadable-${Date.now()}`;
  renameSync(program.folder, aside);
  options.say(`Redis could not read its file, which was moved to ${aside}. Nothing is lost: it starts anew.`);
  return runStore(program, options);
}
