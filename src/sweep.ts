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
/** Documents looked at in one pass; the next one goes on behind them, at once when there are more. */
const PAGE = 1_000;
const AT_ONCE = 8;

const TRY_AGAIN = "the sweep will try this again";

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
  const page = { projection: { _id: 0, conversation: 1 }, sort: { conversation: 1 }, limit: PAGE } as const;
  const unfiled = (after: string) => messages.find({ unfiled: true, conversation: { $gt: after } }, page).toArray();
  const news = (after: string) => signals.find({ unfiled: true, conversation: { $gt: after } }, page).toArray();
  const unsent = (after: string) => messages.find({ ...unsentNow(core), conversation: { $gt: after } }, page).toArray();
  const loops = [
    loop(core, "file", WORK_MS, overdue(core, unfiled, file)),
    loop(core, "apply news", WORK_MS, overdue(core, news, file)),
    loop(core, "send", WORK_MS, overdue(core, unsent, send)),
    loop(core, "route", WORK_MS, async () => {
      // MongoDB takes a partial index only for a query that names the first of its fields.
      for (const queue of await tickets.distinct("queue", { unrouted: true, queue: { $gt: "" } }))
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

/** Unsent, and not put off to a later attempt. Whoever holds a living lease is left alone by the sender itself. */
function unsentNow(core: Core) {
  return { unsent: true as const, $or: [{ notBefore: { $exists: false } }, { notBefore: { $lte: core.now() } }] };
}

/**
 * Goes round and round through the conversations that have such work, a page in each pass, so that none which cannot be helped
 * keeps the others waiting. Takes up what was there a round ago, since what is new is most likely under way by its hint; no
 * clock is asked, so that none can hide work. At the start nothing is under way, and all is taken up. Answers whether more
 * lies behind.
 */
function overdue(
  core: Core,
  find: (after: string) => Promise<{ conversation: string }[]>,
  act: (id: string) => Promise<void>,
) {
  const report = (fault: unknown) => core.log.warn({ fault }, TRY_AGAIN);
  let after = "";
  let before: Set<string> | undefined;
  let seen = new Set<string>();
  return async (ended: () => boolean): Promise<boolean> => {
    const found = await find(after);
    const page = [...new Set(found.map(({ conversation }) => conversation))];
    for (const id of page) seen.add(id);
    const due = page.filter((id) => before?.has(id) ?? true);
    for (let start = 0; start < due.length && !ended(); start += AT_ONCE) {
      await Promise.all(due.slice(start, start + AT_ONCE).map((id) => act(id).catch(report)));
      crashPoint("during the start-up sweep");
    }
    const more = found.length === PAGE;
    after = more ? (page.at(-1) ?? "") : "";
    if (!more) [before, seen] = [seen, new Set()];
    return more;
  };
}

/** Runs a chore again and again until it is ended: at once while it says `true`, else after a while. A failure is logged. */
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
    const more = await act(() => ended).catch((fault) => core.log.warn({ chore, fault }, TRY_AGAIN));
    if (!ended) timer = setTimeout(next, more === true ? 0 : ms);
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
