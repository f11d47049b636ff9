import { Gauge, Registry } from "prom-client";
import type { Store } from "../store.ts";

/** A database that answers slower than this answers a scrape without the gauges. */
const MONGODB_MS = 2_000;

/** What is waiting, read from the stores at the moment of the scrape: the same from every process. */
export async function gauges(
  store: Store,
  queues: { names: string[]; depth(name: string): Promise<number | null> },
): Promise<Registry> {
  const registry = new Registry();
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge<Label>({ name: `firstline_${name}`, help, labelNames, registers: [registry] });
  const age = gauge("oldest_age_seconds", "Age of the oldest item that waits in this state; 0 for none.", ["state"]);
  const waiting = gauge("waiting", "Items that wait in this state.", ["state"]);
  const depth = gauge("queue_depth", "Hints that wait in Redis.", ["queue"]);
  const up = gauge("up", "Whether the store answers.", ["store"]);

  const [found, depths] = await Promise.all([
    oldest(store).catch(() => null),
    Promise.all(queues.names.map(async (queue) => [queue, await queues.depth(queue)] as const)),
  ]);
  up.set({ store: "mongodb" }, found ? 1 : 0);
  for (const { state, count, since } of found ?? []) {
    waiting.set({ state }, count);
    age.set({ state }, since ? Math.max(0, (Date.now() - since.getTime()) / 1000) : 0);
  }
  up.set({ store: "redis" }, depths.every(([, waits]) => waits !== null) ? 1 : 0);
  for (const [queue, waits] of depths) if (waits !== null) depth.set({ queue }, waits);
  return registry;
}

interface Waiting {
  state: string;
  count: number;
  since: Date | null;
}

/**
 * Each through the partial index that the sweep uses: what is done is never read. MongoDB takes such an index only for a
 * condition on its first field, which is why each has one that always holds.
 */
function oldest({ messages, tickets }: Store): Promise<Waiting[]> {
  const options = { maxTimeMS: MONGODB_MS };
  const since = (field: string) => [{ $group: { _id: null, count: { $sum: 1 }, since: { $min: `$${field}` } } }];
  const waiting = (match: object) => messages.aggregate<Waiting>([{ $match: match }, ...since("receivedAt")], options);
  const unrouted = [{ $match: { unrouted: true, queue: SOME } }, ...since("createdAt")];
  return Promise.all(
    Object.entries({
      unfiled: waiting({ unfiled: true, receivedAt: { $gt: EPOCH } }),
      unsent: waiting({ unsent: true, inbox: SOME }),
      unacked: waiting({ unsent: true, inbox: SOME, kind: "ack" }),
      unrouted: tickets.aggregate<Waiting>(unrouted, options),
    }).map(async ([state, rows]) => {
      const [row] = await rows.toArray();
      return { state, count: row?.count ?? 0, since: row?.since ?? null };
    }),
  );
}

const SOME = { $gt: "" };
const EPOCH = new Date(0);
