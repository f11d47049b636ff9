import {
  BSON,
  type ClientSession,
  type Collection,
  type Db,
  MongoBulkWriteError,
  MongoClient,
  MongoError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  type OptionalUnlessRequiredId,
} from "mongodb";
import { StartFault } from "../src/errors.ts";

export type {
  ClientSession,
  Collection,
  Db,
  Filter,
  IndexDescription,
  MongoClient,
  UpdateFilter,
} from "mongodb";
export { GridFSBucket, ObjectId } from "mongodb";

/** How long the driver looks for a primary before a call fails: a wire must hear "not stored" within a second. */
const SERVER_SELECTION_MS = 800;
/** At start a server may still be electing itself; a wrong address must be said within five seconds, on a slow machine too. */
const START_SELECTION_MS = 3_000;
/** A socket that says nothing for this long is dead; the longest of our commands is an index build at start. */
const SOCKET_MS = 30_000;
const CONNECT_MS = 2_000;
/** Enough for the workers' transactions of one process; more only queue inside mongod. */
const POOL = 32;
const DUPLICATE_KEY = 11000;
const APP_NAME = "firstline";

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
      appName: APP_NAME,
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
function withoutPassword(url: string): string {
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

/** A transaction that is not through by then is given up, and its caller hears of a store fault. */
const TRANSACTION_MS = 8_000;

/**
 * Runs `work` in one transaction that is committed durably; again from the start when MongoDB says that it met another one.
 * A duplicate key, and anything else that `work` throws, aborts it and is thrown.
 */
export async function inTransaction<T>(client: MongoClient, work: (session: ClientSession) => Promise<T>): Promise<T> {
  const deadline = performance.now() + TRANSACTION_MS;
  const inTime = (session: ClientSession) => {
    // The driver alone would go on meeting another transaction for two minutes.
    if (performance.now() > deadline) throw new MongoOperationTimeoutError("others held what this transaction needs");
    return work(session);
  };
  return client.withSession((session) =>
    session.withTransaction(inTime, { readConcern: { level: "snapshot" }, writeConcern: DURABLE }),
  );
}

/** Between two commands of a transaction we only compute: one that idles longer belongs to a process that is dead or stopped. */
const ABANDONED_MICROSECONDS = 3_000_000;

/**
 * Ends transactions of ours that nobody goes on with. A process that was killed leaves its transactions open, and what they
 * touched locked, for transactionLifetimeLimitSeconds (60 by default): too long for a customer to wait.
 * https://www.mongodb.com/docs/manual/core/transactions-production-consideration/#runtime-limit
 */
export async function endAbandonedTransactions(client: MongoClient): Promise<number> {
  const admin = client.db("admin");
  const abandoned = await admin
    .aggregate<{ lsid: { id: unknown } }>(
      [
        { $currentOp: { idleSessions: true } },
        {
          $match: {
            appName: APP_NAME,
            "transaction.timeInactiveMicros": { $gt: ABANDONED_MICROSECONDS },
            active: false,
          },
        },
        { $project: { lsid: 1 } },
      ],
      { readConcern: { level: "local" } },
    )
    .toArray();
  if (abandoned.length > 0) await admin.command({ killSessions: abandoned.map(({ lsid: { id } }) => ({ id })) });
  return abandoned.length;
}

/** Bytes that a document takes in MongoDB (a bound for a small one), or null when it cannot be stored at all (a cycle, an impossible value, too deep). */
export function serializedSize(document: object): number | null {
  const bound = boundOf(document, DEEPEST);
  if (bound !== null && bound < SMALL_BYTES) return bound;
  try {
    const size = BSON.serialize(document, { ignoreUndefined: true }).byteLength;
    return isDeeper(document, DEEPEST) ? null : size;
  } catch {
    return null;
  }
}

/** MongoDB takes 200 levels, and refuses the whole command, neighbours included, for one document that has more. */
const DEEPEST = 150;
/** Below it a bound tells enough of what may wait, and go, together. */
const SMALL_BYTES = 64 * 1024;
/** Type, length and terminators of a field beside its name and value; no plain value but a string takes more than 8 bytes. */
const FIELD_BYTES = 16;
/** A UTF-16 unit takes at most this many bytes in UTF-8. */
const UNIT_BYTES = 3;

/** A bound told without serializing, which would be done twice; null for what is not plain, and must be tried. */
function boundOf(value: object, levels: number): number | null {
  if (levels === 0) return null;
  let bytes = FIELD_BYTES;
  for (const [name, each] of Object.entries(value)) {
    if (name.includes("\0")) return null;
    bytes += FIELD_BYTES + name.length * UNIT_BYTES;
    if (typeof each === "string") bytes += each.length * UNIT_BYTES;
    else if (typeof each === "object" && each !== null && !(each instanceof Date)) {
      const prototype = Object.getPrototypeOf(each);
      const inner = prototype === Object.prototype || prototype === Array.prototype ? boundOf(each, levels - 1) : null;
      if (inner === null) return null;
      bytes += inner;
    } else if (typeof each === "bigint" || typeof each === "symbol" || typeof each === "function") return null;
  }
  return bytes;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

/**
 * Inserts many in one unordered round trip and tells, by index, which were refused: as a duplicate, or for another reason.
 * Throws when nothing can be said about any of them, a failed write concern included.
 */
export async function bulkOutcome<T extends { _id: string }>(
  collection: Collection<T>,
  documents: T[],
  writeConcern: { w: "majority"; j: boolean },
): Promise<Map<number, "duplicate" | Error>> {
  try {
    await collection.insertMany(documents as OptionalUnlessRequiredId<T>[], { ordered: false, writeConcern });
    return new Map();
  } catch (fault) {
    if (!(fault instanceof MongoBulkWriteError) || fault.result.getWriteConcernError()) throw fault;
    const errors = Array.isArray(fault.writeErrors) ? fault.writeErrors : [fault.writeErrors];
    if (errors.length === 0) throw fault;
    return new Map(
      errors.map((error) => [
        error.index,
        error.code === DUPLICATE_KEY ? "duplicate" : new Error(error.errmsg ?? "refused"),
      ]),
    );
  }
}
