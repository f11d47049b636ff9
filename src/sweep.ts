import type { Core } from "./core.ts";
import { crashPoint } from "./crash-point.ts";
import { returnTickets } from "./routing/return.ts";
import { routeQueue } from "./routing/route.ts";

/** Often enough that a lost hint costs a customer seconds. */
const EVERY_MS = 2_000;
/** Files that nobody claimed, and who has gone, need no more than this. */
const SELDOM_MS = 10_000;
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
 * MongoDB, through indexes that hold only such work, so that Redis may forget everything.
 */
export function startSweep(core: Core, work: SweepWork): { close(): Promise<void> } {
  const { messages, signals, tickets } = core.store;
  const chores: Chore[] = [
    chore("file", () => messages.distinct("conversation", { unfiled: true }), work.file),
    chore("file signals", () => signals.distinct("conversation", { unfiled: true }), work.file),
    chore("send", () => messages.distinct("conversation", dueNow(core)), work.send),
  ];
  const seldom = [every(SELDOM_MS, () => returnTickets(core)), every(FILES_MS, () => work.sweepFiles())];
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let pass = run(true);

  async function run(isFirst: boolean): Promise<void> {
    crashPoint("during the start-up sweep");
    for (const each of chores) await attempt(core, each.name, () => each.run(isFirst, () => ended));
    await attempt(core, "route", async () => {
      for (const queue of await tickets.distinct("queue", { unrouted: true })) await routeQueue(core, queue);
    });
    for (const each of seldom) await attempt(core, "tidy", each);
    if (!ended) timer = setTimeout(next, EVERY_MS);
  }

  function next(): void {
    pass = run(false);
  }

  return {
    async close() {
      ended = true;
      clearTimeout(timer);
      await pass;
    },
  };
}

/** Unsent, and not put off to a later attempt. Whoever holds a living lease is left alone by the sender itself. */
function dueNow(core: Core) {
  return { unsent: true as const, $or: [{ notBefore: { $exists: false } }, { notBefore: { $lte: core.now() } }] };
}

interface Chore {
  name: string;
  run(isFirst: boolean, ended: () => boolean): Promise<void>;
}

/**
 * Takes up what has been found in two passes running, since what is there once is most likely under way by its hint. No clock
 * is asked, so that none can hide work. At the start nothing is under way, and all is taken up at once.
 */
function chore(name: string, find: () => Promise<string[]>, act: (id: string) => Promise<void>): Chore {
  let before = new Set<string>();
  return {
    name,
    async run(isFirst, ended) {
      const found = (await find()).slice(0, AT_MOST);
      const due = isFirst ? found : found.filter((id) => before.has(id));
      before = new Set(found);
      for (let start = 0; start < due.length && !ended(); start += AT_ONCE)
        await Promise.all(due.slice(start, start + AT_ONCE).map(act));
    },
  };
}

function every(ms: number, act: () => Promise<unknown>): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - last < ms) return;
    last = performance.now();
    await act();
  };
}

async function attempt(core: Core, name: string, act: () => Promise<void>): Promise<void> {
  await act().catch((fault) => core.log.warn({ chore: name, fault }, "the sweep will try this again"));
}
