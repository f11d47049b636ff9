import { Redis } from "ioredis";
import { StartFault } from "../src/errors.ts";

/** Refused or silent this long at start: a wrong REDIS_URL must be said within five seconds. */
const START_MS = 3_000;
/** Away Redis is asked again at this pace; it answers soon enough for hints, and the sweep covers the time between. */
const RETRY_MS = 500;

interface Target {
  host: string;
  port: number;
  username?: string;
  password?: string;
  db?: number;
  tls?: object;
}

interface Connection extends Target {
  enableOfflineQueue: boolean;
  maxRetriesPerRequest: number | null;
  retryStrategy: () => number;
}

/** Options with which a call fails at once when Redis is away, so that no wire waits for a hint. */
export function impatient(url: string): Connection {
  return { ...target(url), enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: () => RETRY_MS };
}

/** Options with which a consumer waits for Redis to come back, as BullMQ's workers need. */
export function patient(url: string): Connection {
  return { ...target(url), enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS };
}

function target(url: string): Target {
  const { hostname, port, username, password, pathname, protocol } = new URL(url);
  return {
    host: hostname || "127.0.0.1",
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { db: Number(pathname.slice(1)) }),
    ...(protocol === "rediss:" && { tls: {} }),
  };
}

/** Proves that Redis answers and never evicts what it holds; rejects with a StartFault that says what to do. */
export async function checkRedis(url: string): Promise<void> {
  let address: Target;
  try {
    address = target(url);
  } catch {
    throw new StartFault("REDIS_URL cannot be read. It looks like redis://host:6379");
  }
  const probe = new Redis({ ...address, lazyConnect: true, connectTimeout: START_MS, retryStrategy: () => null });
  let cause = "no answer";
  probe.on("error", (fault) => {
    cause = fault.message || (fault as NodeJS.ErrnoException).code || cause;
  });
  try {
    await withDeadline(probe.connect(), START_MS);
    const info = await withDeadline(probe.info("memory"), START_MS);
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
    if (policy !== undefined && policy !== "noeviction")
      throw new StartFault(
        `Redis at ${shown(url)} has maxmemory-policy ${policy}: it would drop queued work when memory is short. ` +
          "Set it with: redis-cli config set maxmemory-policy noeviction",
      );
  } catch (fault) {
    if (fault instanceof StartFault) throw fault;
    const said = cause === "no answer" && fault instanceof Error ? fault.message : cause;
    throw new StartFault(`Redis at ${shown(url)} does not answer: ${said}. Start it, or correct REDIS_URL.`);
  } finally {
    probe.disconnect();
  }
}

function shown(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}

function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** News that may be lost: ids and numbers between our processes, never text. */
export interface Whispers {
  /** Sends to every process, this one included; never waits, never fails. */
  say(whisper: object): void;
  /** Whether Redis answers now. */
  connected(): boolean;
  close(): Promise<void>;
}

/** Opens the channel that all processes of one installation (`scope`) share. `onBack` is called whenever Redis returns. */
export function openWhispers(
  url: string,
  scope: string,
  on: { whisper(whisper: unknown): void; back(): void; fault(fault: Error): void },
): Whispers {
  const channel = `${scope}:whispers`;
  const speaker = new Redis(impatient(url));
  const listener = new Redis({ ...patient(url), autoResubscribe: true });
  for (const connection of [speaker, listener]) connection.on("error", on.fault);
  let subscribed = false;
  listener.on("ready", () => {
    if (subscribed) on.back();
    else
      listener.subscribe(channel).then(
        () => {
          subscribed = true;
          on.back();
        },
        (fault) => on.fault(fault),
      );
  });
  listener.on("message", (_channel, text) => on.whisper(JSON.parse(text)));
  return {
    say: (whisper) => void speaker.publish(channel, JSON.stringify(whisper)).catch(() => undefined),
    connected: () => speaker.status === "ready" && listener.status === "ready",
    async close() {
      speaker.disconnect();
      listener.disconnect();
    },
  };
}
