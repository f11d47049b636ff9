import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning, type ProcessName } from "./process-identity.ts";

/** How a store runs, or ran: the port is kept for the next start. */
export interface StoreRecord {
  port: number;
  process?: ProcessName;
  /** Of the program that last wrote the data. */
  version?: string;
  since?: string;
}

/** `stores.json` of a data folder. */
export interface Records {
  mongodb?: StoreRecord;
  redis?: StoreRecord;
}

/** The stores of a data folder that answer now, where a gateway runs them. */
export interface FoundStores {
  mongodbUrl?: string;
  redisUrl?: string;
}

/** Finds the stores that a running gateway started on this data, for programs beside it; empty where none run. */
export function findStores(dataDir: string): FoundStores {
  const { mongodb, redis } = readRecords(dataDir);
  return {
    ...(mongodb?.process && isRunning(mongodb.process) && { mongodbUrl: mongodbUrl(mongodb.port) }),
    ...(redis?.process && isRunning(redis.process) && { redisUrl: redisUrl(redis.port) }),
  };
}

/** The address of an embedded MongoDB. */
export function mongodbUrl(port: number): string {
  return `mongodb://127.0.0.1:${port}/firstline?replicaSet=firstline`;
}

/** The address of an embedded Redis. */
export function redisUrl(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

/** Reads what is known of the stores of a data folder; a damaged file counts as none. */
export function readRecords(dataDir: string): Records {
  try {
    return JSON.parse(readFileSync(join(dataDir, "stores.json"), "utf8")) as Records;
  } catch {
    return {};
  }
}

/** Notes how one store runs. Not asynchronous: nothing may happen between a process' birth and its record. */
export function record(dataDir: string, store: keyof Records, entry: StoreRecord): void {
  const path = join(dataDir, "stores.json");
  writeFileSync(`${path}.new`, `${JSON.stringify({ ...readRecords(dataDir), [store]: entry }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(`${path}.new`, path);
}
