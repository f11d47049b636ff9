import { Queue, Worker } from "bullmq";
import { impatient, patient } from "./redis.ts";

/** No producer waits longer for Redis: a hint that is lost is found again by the sweep. */
const HINT_MS = 1_000;
/** Redis is given this long to hand over what it was about to, at stop. */
const CLOSE_MS = 3_000;
/** Ids that share a job: a burst costs Redis and us an eighth, and processes still share it among themselves. */
const IDS_A_JOB = 8;
/** A hint is done when its worker returns; failures are kept in the ledger, not in Redis. */
const KEEP = { removeOnComplete: true, removeOnFail: true } as const;

/** Hands ids to workers. Never blocks longer than a second, never throws: answers whether Redis took them. */
export interface Hints {
  give(queue: string, ids: string[]): Promise<boolean>;
  /** How many wait in a queue, or null while Redis is away. */
  depth(queue: string): Promise<number | null>;
  close(): Promise<void>;
}

/** Opens the producers of one installation (`scope`). */
export function openHints(url: string, scope: string, onFault: (fault: Error) => void): Hints {
  const queues = new Map<string, Queue>();
  const queue = (name: string) => {
    let found = queues.get(name);
    if (!found) {
      found = new Queue(name, { connection: impatient(url), prefix: scope, defaultJobOptions: KEEP });
      found.on("error", onFault);
      queues.set(name, found);
    }
    return found;
  };
  const givers = new Map<string, (ids: string[]) => Promise<boolean>>();
  const giver = (name: string) => {
    const found = givers.get(name) ?? together((ids) => within(HINT_MS, add(queue(name), ids)).catch(() => false));
    givers.set(name, found);
    return found;
  };
  return {
    give: async (name, ids) => ids.length === 0 || giver(name)(ids),
    depth: (name) =>
      within(
        HINT_MS,
        queue(name)
          .getJobCounts("waiting", "active", "delayed")
          .then((counts) => Object.values(counts).reduce((sum, count) => sum + count, 0)),
      ).catch(() => null),
    async close() {
      await Promise.all([...queues.values()].map((each) => within(CLOSE_MS, each.close()).catch(() => undefined)));
    },
  };
}

/** What is given while a hint is on its way goes with the next, each id once: without a timer, so that one alone waits for nothing. */
function together(send: (ids: string[]) => Promise<boolean>): (ids: string[]) => Promise<boolean> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: { ids: Set<string>; sent: Promise<boolean> } | undefined;
  return (ids) => {
    if (!next) {
      const batch = new Set<string>();
      const sent = underWay.then(() => {
        next = undefined;
        return send([...batch]);
      });
      underWay = sent;
      next = { ids: batch, sent };
    }
    for (const id of ids) next.ids.add(id);
    return next.sent;
  };
}

async function add(queue: Queue, ids: string[]): Promise<boolean> {
  await queue.addBulk(inJobs(ids).map((some) => ({ name: "hint", data: { ids: some } })));
  return true;
}

function inJobs(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / IDS_A_JOB) }, (_, job) =>
    ids.slice(job * IDS_A_JOB, (job + 1) * IDS_A_JOB),
  );
}

/** Calls `work` for each id that is hinted at, `concurrency` at a time; what it throws is its own to have recorded. */
export function consume(
  url: string,
  scope: string,
  queue: string,
  concurrency: number,
  work: (id: string) => Promise<void>,
  onFault: (fault: Error) => void,
): { close(): Promise<void> } {
  const inTurn = atMost(concurrency);
  const act = async ({ data }: { data: { ids: string[] } }) => {
    await Promise.all(data.ids.map((id) => inTurn(() => work(id)).catch(onFault)));
  };
  const worker = new Worker<{ ids: string[] }>(queue, act, { connection: patient(url), prefix: scope, concurrency });
  worker.on("error", onFault);
  worker.on("failed", (_job, fault) => onFault(fault));
  return {
    /** Finishes what is in hand, then lets go; drops the connection when Redis does not answer. */
    close: () => within(CLOSE_MS, worker.close()).catch(() => worker.close(true)),
  };
}

/** Lets so many run at a time; the others wait, first come, first served. */
function atMost(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Redis did not answer in time")), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
