import { isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Refusal } from "../../src/errors.ts";
import type { WebchatInbox } from "./schema.ts";

const MINUTE_S = 60;
/** `typing`, `read`, `delivered` and `history` together: a lively conversation stays far below. */
const EVENTS_PER_MINUTE = 600;

/** Each resolves when the act is within its limits, and rejects with Refusal `rate_limited`, which says when to come back. */
export interface Limits {
  connect(inbox: string, address: string): Promise<void>;
  message(inbox: string, visitor: string, address: string): Promise<void>;
  upload(inbox: string, visitor: string, address: string): Promise<void>;
  event(visitor: string): Promise<void>;
}

/** Limits kept in this process's memory: with more web processes each counts for itself. */
export function createLimits(inboxes: Map<string, WebchatInbox>): Limits {
  const counters = new Map<string, RateLimiterMemory>();
  for (const [inbox, { limits }] of inboxes) {
    for (const [kind, points] of Object.entries(limits)) counters.set(`${inbox}/${kind}`, perMinute(points));
  }
  const events = perMinute(EVENTS_PER_MINUTE);

  async function spend(inbox: string, kind: keyof WebchatInbox["limits"], key: string, what: string): Promise<void> {
    const counter = counters.get(`${inbox}/${kind}`);
    if (counter) await consume(counter, key, what);
  }

  // The visitor's own limit first: one who floods does not use up what the others behind the same address may do.
  return {
    connect: (inbox, address) => spend(inbox, "connectionsPerAddress", network(address), "connections"),
    async message(inbox, visitor, address) {
      await spend(inbox, "messages", visitor, "messages");
      await spend(inbox, "messagesPerAddress", network(address), "messages");
    },
    async upload(inbox, visitor, address) {
      await spend(inbox, "uploads", visitor, "files");
      await spend(inbox, "uploadsPerAddress", network(address), "files");
    },
    event: (visitor) => consume(events, visitor, "requests"),
  };
}

/** What counts as one address: for IPv6 its /64, since whoever holds one address holds them all. */
export function network(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  const [head = "", tail] = address.split("::");
  const first = head ? head.split(":") : [];
  const last = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  const groups = [...first, ...zeros, ...last].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

function perMinute(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: MINUTE_S });
}

async function consume(counter: RateLimiterMemory, key: string, what: string): Promise<void> {
  try {
    await counter.consume(key);
  } catch (fault) {
    if (!(fault instanceof RateLimiterRes)) throw fault;
    const seconds = Math.max(1, Math.ceil(fault.msBeforeNext / 1000));
    throw new Refusal("rate_limited", `Too many ${what} at once. Please try again in ${seconds} seconds.`, 429);
  }
}
