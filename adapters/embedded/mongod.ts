import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Db, MongoClient, MongoServerError } from "mongodb";
import { mongodReason } from "./last-words.ts";
import { untilListening } from "./ports.ts";
import { readRecords } from "./records.ts";
import type { StoreProgram } from "./store-process.ts";
import type { Found } from "./ways.ts";

const REPLICA_SET = "firstline";
/** Small, as the gateway, Redis and a browser share the machine. */
const CACHE_GB = "0.25";
/** One member has nobody to catch up with: the default of 5 % of the disk would be waste. */
const OPLOG_MB = "512";
/** Alone in its set, it needs no more time than this to elect itself. */
const ELECTION_MS = 1_000;
const ASK_EVERY_MS = 10;
const NOT_YET_INITIALIZED = 94;

/** How a mongod is run on a data folder: journaled, on loopback only, a replica set of one. */
export function mongod(found: Found, dataDir: string): StoreProgram {
  const folder = join(dataDir, "mongodb");
  const lastVersion = readRecords(dataDir).mongodb?.version;
  return {
    kind: "mongodb",
    title: "MongoDB",
    path: found.path,
    version: found.version,
    folder,
    log: join(dataDir, "logs", "mongod.log"),
    args: (port) => [
      ...["--dbpath", folder, "--port", String(port), "--bind_ip", "127.0.0.1", "--nounixsocket"],
      ...["--replSet", REPLICA_SET, "--oplogSize", OPLOG_MB, "--wiredTigerCacheSizeGB", CACHE_GB],
      ...["--networkMessageCompressors", "disabled", "--setParameter", "diagnosticDataCollectionEnabled=false"],
      "--quiet",
    ],
    prepare,
    reason(log) {
      const reason = mongodReason(log);
      if (lastVersion === undefined || lastVersion === found.version) return reason;
      return `${reason}\nThe data was last used by MongoDB ${lastVersion}: name that one with MONGOD_BINARY.`;
    },
  };
}

async function prepare(port: number, signal: AbortSignal): Promise<void> {
  await untilListening(port, signal);
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db("admin");
    await formReplicaSet(admin, `127.0.0.1:${port}`);
    while (!(await admin.command({ hello: 1 })).isWritablePrimary) await pause(ASK_EVERY_MS, undefined, { signal });
  } finally {
    await client.close();
  }
}

async function formReplicaSet(admin: Db, host: string): Promise<void> {
  const members = [{ _id: 0, host }];
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    if (config.members.length === 1 && config.members[0].host === host) return;
    // The port has changed, so that the member no longer finds itself in its own set.
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  } catch (fault) {
    if (!(fault instanceof MongoServerError && fault.code === NOT_YET_INITIALIZED)) throw fault;
    await admin.command({
      replSetInitiate: { _id: REPLICA_SET, members, settings: { electionTimeoutMillis: ELECTION_MS } },
    });
  }
}
