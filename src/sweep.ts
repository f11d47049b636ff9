import { endAbandonedTransactions } from "../adapters/mongo.ts";
import type { Core } from "./core.ts";
import { crashPoint } from "./crash-point.ts";
import { returnTickets } from "./routing/return.ts";
import { routeQueue } from "./routing/route.ts";

/** Often enough that a lost hint costs a customer seconds. */
const WORK_MS = 2_000;
/** A process that was killed leaves its locks for about as long. */
const ABANDONED_MS = 2_000;
/** An agent counts as gone after a minute: this much more does not matter. */
const GONE_MS = 10_000;
/** Files that nobody claimed wait two days before they are swept. */
const FILES_MS = 3_600_000;
/** Taken up in one pass; what is left is taken in the next. */
const AT_MOST = 500;
const AT_ONCE = 8;

export interface SweepWork {
  file(conversation: string): Promise<void>;
  send(conversation: string): Promise<void>;
  sweepFiles(): Promise<unknown>;
}

/**
 * Does what hints should have brought about and did not: files what is unfiled, sends what is unsent, routes what waits. It asks
 * MongoDB, through indexes that hold only such work, so that Redis may forget everything. Each chore goes at its own pace.
 */
export function startSweep(core: Core, { file, send, sweepFiles }: SweepWork): { close(): Promise<void> } {
  const { messages, signals, tickets, client } = core.store;
  const unfiled = { unfiled: true as const, conversation: ANY };
  const loops = [
    loop(
      core,
      "file",
      WORK_MS,
      overdue(() => messages.distinct("conversation", { unfiled: true }), file),
    ),
    loop(
      core,
      "apply news",
      WORK_MS,
      overdue(() => signals.distinct("conversation", unfiled), file),
    ),
    loop(
      core,
      "send",
      WORK_MS,
      overdue(() => messages.distinct("conversation", unsentNow(core)), send),
    ),
    loop(core, "route", WORK_MS, async () => {
      for (const queue of await tickets.distinct("queue", { unrouted: true, queue: ANY }))
        await routeQueue(core, queue);
    }),
    loop(core, "return tickets", GONE_MS, () => returnTickets(core)),
    loop(core, "end abandoned transactions", ABANDONED_MS, () => endAbandonedTransactions(client)),
    loop(core, "sweep files", FILES_MS, sweepFiles),
  ];
  return {
    async close() {
      await Promise.all(loops.map((end) => end()));
    },
  };
}

/** MongoDB takes a partial index only for a query that names the first of its fields. */
const ANY = { $gt: "" };

/** Unsent, and not put off to a later attempt. Whoever holds a living lease is left alone by the sender itself. */
function unsentNow(core: Core) {
  return {
    unsent: true as const,
    conversation: ANY,
    $or: [{ notBefore: { $exists: false } }, { notBefore: { $lte: core.now() } }],
  };
}

/**
 * Takes up what has been found in two passes running, since what is there once is most likely under way by its hint. No clock
 * is asked, so that none can hide work. At the start nothing is under way, and all is taken up at once.
 */
function overdue(
  find: () => Promise<string[]>,
  act: (id: string) => Promise<void>,
): (ended: () => boolean) => Promise<void> {
  let before: Set<string> | undefined;
  return async (ended) => {
    const found = await find();
    const due = found.filter((id) => before?.has(id) ?? true).slice(0, AT_MOST);
    before = new Set(found);
    for (let start = 0; start < due.length && !ended(); start += AT_ONCE) {
      await Promise.all(due.slice(start, start + AT_ONCE).map(act));
      crashPoint("during the start-up sweep");
    }
  };
}

/** Runs a chore now and again a while after each end, until it is ended; a failure is logged, and tried again. */
function loop(
  core: Core,
  chore: string,
  ms: number,
  act: (ended: () => boolean) => Promise<unknown>,
): () => Promise<void> {
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let pass = run();

  async function run(): Promise<void> {
    await act(() => ended).catch((fault) => core.log.warn({ chore, fault }, "the sweep will try this again"));
    if (!ended) timer = setTimeout(next, ms);
  }

  function next(): void {
    pass = run();
  }

  return async () => {
    ended = true;
    clearTimeout(timer);
    await pass;
  };
}
