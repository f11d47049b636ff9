import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../support/database.ts";
import type { OwnStores } from "../support/own-stores.ts";
import { type Program, startProgram } from "./program.ts";

/** The shipped defaults, with limits so high that a load generator on one address stays below them. */
export const CONFIG = `
languages: { default: en }
timeZone: Africa/Nairobi
acknowledgementsPerHour: 1000
inboxes:
  website:
    channel: webchat
    name: Website
    queue: support
    limits: { messages: 1000000, messagesPerAddress: 1000000, connectionsPerAddress: 1000000 }
`;

/** The product under measurement: its real processes on a database of their own. */
export interface Firstline {
  database: Database;
  url: string;
  start(role: "web" | "worker"): Promise<Program>;
  stop(): Promise<void>;
}

/** Starts one `web`, and then whatever else is asked for. */
export async function startFirstline(stores: OwnStores, known?: Database): Promise<Firstline & { web: Program }> {
  const folder = mkdtempSync(join(tmpdir(), "firstline-bench-"));
  const config = join(folder, "config.yaml");
  writeFileSync(config, CONFIG);
  const database = known ?? (await stores.openDatabase());
  const programs: Program[] = [];
  const start = async (role: "web" | "worker") => {
    const program = await startProgram(
      folder,
      ["dist/src/main.js", role],
      {
        PORT: "0",
        HOST: "127.0.0.1",
        DATA_DIR: folder,
        CONFIG: config,
        MONGODB_URL: database.mongodbUrl,
        REDIS_URL: database.redisUrl,
      },
      "started",
    );
    programs.push(program);
    return program;
  };
  const web = await start("web");
  return {
    database,
    web,
    url: `http://127.0.0.1:${web.port}`,
    start,
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
      if (!known) await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
