import { join } from "node:path";
import { Redis } from "ioredis";
import { redisReason } from "./last-words.ts";
import { untilListening } from "./ports.ts";
import type { StoreProgram } from "./store-process.ts";
import type { Found } from "./ways.ts";

/** How a Redis or Valkey is run on a data folder: append-only, never evicting, on loopback only. */
export function redisServer(found: Found, dataDir: string): StoreProgram {
  const folder = join(dataDir, "redis");
  return {
    kind: "redis",
    title: "Redis",
    path: found.path,
    version: found.version,
    folder,
    log: join(dataDir, "logs", "redis.log"),
    args: (port) => [
      ...["--port", String(port), "--bind", "127.0.0.1", "--protected-mode", "yes", "--dir", folder],
      ...["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no"],
    ],
    prepare,
    reason: redisReason,
  };
}

async function prepare(port: number, signal: AbortSignal): Promise<void> {
  await untilListening(port, signal);
  // Ready means: all of the append-only file is loaded.
  const redis = new Redis({ port, host: "127.0.0.1", lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  const given = () => redis.disconnect();
  signal.addEventListener("abort", given, { once: true });
  try {
    await redis.connect();
  } finally {
    signal.removeEventListener("abort", given);
    redis.disconnect();
  }
}
