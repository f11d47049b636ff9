import { type ClientSession, type Db, MongoClient, MongoError, MongoNetworkError, MongoServerError } from "mongodb";
import { StartFault } from "../src/errors.ts";

export type {
  AnyBulkWriteOperation,
  ClientSession,
  Collection,
  Db,
  Document,
  Filter,
  IndexDescription,
  MongoClient,
  UpdateFilter,
} from "mongodb";
export { GridFSBucket, ObjectId } from "mongodb";

/** How long the driver looks for a primary before a call fails: a wire must hear "not stored" within a second. */
const SERVER_SELECTION_MS = 800;
/** At start a server may still be electing itself. */
const START_SELECTION_MS = 4_000;
/** A socket that says nothing for this long is dead; the longest of our commands is an index build at start. */
const SOCKET_MS = 30_000;
const CONNECT_MS = 2_000;
/** Enough for the workers' transactions of one process; more only queue inside mongod. */
const POOL = 32;
const DUPLICATE_KEY = 11000;

/** Both the majority and the journal have it: what "stored" means everywhere in this code base. */
export const DURABLE = { w: "majority", j: true } as const;

/** The connection and the database that its URL names (`firstline` where it names none). */
export interface Mongo {
  client: MongoClient;
  db: Db;
  close(): Promise<void>;
}

/** Connects, and refuses a server without transactions; rejects with a StartFault that says what to do. */
export async function connectMongo(url: string): Promise<Mongo> {
  const client = clientFor(url);
  try {
    const probe = clientFor(url, START_SELECTION_MS);
    try {
      const hello = await probe.db("admin").command({ hello: 1 });
      if (!hello.setName && hello.msg !== "isdbgrid") throw new StartFault(standalone(url));
    } finally {
      await probe.close();
    }
    await client.connect();
  } catch (fault) {
    await client.close();
    if (fault instanceof StartFault) throw fault;
    throw new StartFault(
      `MongoDB at ${withoutPassword(url)} does not answer: ${reason(fault)}. Start it, or correct MONGODB_URL.`,
    );
  }
  return { client, db: client.db(databaseName(url)), close: () => client.close() };
}

function clientFor(url: string, selection = SERVER_SELECTION_MS): MongoClient {
  try {
    return new MongoClient(url, {
      serverSelectionTimeoutMS: selection,
      connectTimeoutMS: CONNECT_MS,
      socketTimeoutMS: SOCKET_MS,
      maxPoolSize: POOL,
      ignoreUndefined: true,
      writeConcern: DURABLE,
      readConcern: { level: "majority" },
      appName: "firstline",
    });
  } catch (fault) {
    throw new StartFault(`MONGODB_URL cannot be read: ${reason(fault)}. It looks like mongodb://host:27017/firstline`);
  }
}

function databaseName(url: string): string {
  return /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? "firstline";
}

function standalone(url: string): string {
  return (
    `MongoDB at ${withoutPassword(url)} is a standalone server: it has no transactions, which Firstline needs. ` +
    `Start mongod with --replSet rs0 and run rs.initiate() once, or leave MONGODB_URL empty to use the one that npm start brings.`
  );
}

/** The URL as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}

function reason(fault: unknown): string {
  return fault instanceof Error ? (fault.message.split("\n")[0] ?? fault.name) : String(fault);
}

/** True when a unique index refused the write. */
export function isDuplicateKey(fault: unknown): boolean {
  return fault instanceof MongoServerError && fault.code === DUPLICATE_KEY;
}

/** True when the store is at fault, not what we asked of it: the caller's work is to be repeated, and blames nobody. */
export function isStoreFault(fault: unknown): boolean {
  return (
    fault instanceof MongoNetworkError ||
    (fault instanceof MongoError &&
      (fault.hasErrorLabel("TransientTransactionError") ||
        fault.hasErrorLabel("UnknownTransactionCommitResult") ||
        fault.hasErrorLabel("RetryableWriteError") ||
        /ServerSelection|PoolCleared|PoolClosed|NotConnected|TopologyClosed|TopologyDestroyed|Timeout/i.test(
          fault.name,
        ))) ||
    (fault instanceof MongoServerError && SERVER_FAULTS.has(Number(fault.code)))
  );
}

/**
 * Codes of a server that is unwell, stepping down, shutting down, out of time or out of disk.
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const SERVER_FAULTS = new Set([
  6, 7, 50, 64, 89, 91, 112, 189, 202, 251, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 14031,
]);

/**
 * Runs `work` in one transaction that is committed durably, and runs it again from the start when MongoDB says
 * so or a unique index refuses it (somebody else was first: the next run sees what they wrote). Anything else is thrown.
 */
export async function inTransaction<T>(client: MongoClient, work: (session: ClientSession) => Promise<T>): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await client.withSession((session) =>
        session.withTransaction(work, {
          readConcern: { level: "snapshot" },
          writeConcern: DURABLE,
          maxCommitTimeMS: 10_000,
        }),
      );
    } catch (fault) {
      if (!isDuplicateKey(fault) || run >= DUPLICATE_RUNS) throw fault;
    }
  }
}

/** A duplicate key that is still there after this many fresh snapshots is no race but a fault of ours. */
const DUPLICATE_RUNS = 20;
