import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStores } from "../../adapters/embedded/index.ts";
import { readRecords } from "../../adapters/embedded/records.ts";
import { type Database, openDatabase } from "./database.ts";
import { eventually } from "./eventually.ts";

type Kind = "mongodb" | "redis";

/** A MongoDB and a Redis of this test alone, so that it may hurt them. */
export interface OwnStores {
  redisUrl: string;
  openDatabase(): Promise<Database>;
  /** Ends it with SIGKILL; it is started again at once, as npm start does. */
  kill(kind: Kind): Promise<void>;
  /** It neither answers nor closes a connection, until it goes on. */
  freeze(kind: Kind): Promise<{ goOn(): void }>;
  versions(): Record<Kind, string>;
  stop(): Promise<void>;
}

export async function startOwnStores(): Promise<OwnStores> {
  const dataDir = mkdtempSync(join(tmpdir(), "firstline-stores-"));
  const stores = await startStores({ dataDir, environment: process.env, say: () => undefined });
  /** One that was killed a moment ago is first waited for. */
  const signal = (kind: Kind, name: NodeJS.Signals) =>
    eventually(() => {
      const pid = readRecords(dataDir)[kind]?.process?.pid;
      if (pid === undefined) throw new Error(`${kind} does not run`);
      process.kill(pid, name);
      return pid;
    });
  return {
    redisUrl: stores.redisUrl,
    openDatabase: () => openDatabase(stores),
    async kill(kind) {
      await signal(kind, "SIGKILL");
    },
    async freeze(kind) {
      const pid = await signal(kind, "SIGSTOP");
      return { goOn: () => void process.kill(pid, "SIGCONT") };
    },
    versions() {
      const { mongodb, redis } = readRecords(dataDir);
      return { mongodb: mongodb?.version ?? "unknown", redis: redis?.version ?? "unknown" };
    },
    async stop() {
      await stores.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
