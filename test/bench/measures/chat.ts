import { setTimeout as pause } from "node:timers/promises";
import { startBaseline } from "../baseline/index.ts";
import { ending } from "../closers.ts";
import { startFirstline } from "../gateway.ts";
import { type Load, noneRefused, startLoad } from "../load/start.ts";
import { type Bench, comparison, type Measure, paired, type Row, type Target } from "../measure.ts";
import type { Program } from "../program.ts";

/** What one side still does after its last answer must not cost the other. */
const SETTLE_MS = 300;

/** Both sides of the chat, and who writes to them. */
export interface Sides {
  load: Load;
  ours: Awaited<ReturnType<typeof startFirstline>>;
  theirs: Awaited<ReturnType<typeof startBaseline>>;
}

/** Runs `work` on a gateway and the baseline, both on the same stores, and ends them. */
export function withSides<T>({ stores }: Bench, work: (sides: Sides) => Promise<T>): Promise<T> {
  return ending(async (ends) => {
    const load = startLoad();
    ends(load.stop);
    const ours = await startFirstline(stores);
    ends(ours.stop);
    const theirs = await startBaseline(stores);
    ends(theirs.stop);
    return work({ load, ours, theirs });
  });
}

/** Round trips by so many visitors at a time, each waiting for its answer before it writes again. */
async function roundTrips(bench: Bench, visitors: number) {
  return withSides(bench, async ({ load, ours, theirs }) => {
    await load.ask("connect", { group: "ours", side: { url: `${ours.url}/chat`, ready: "session" }, count: visitors });
    await load.ask("connect", { group: "theirs", side: { url: theirs.url, ready: "connect" }, count: visitors });
    const measure = (group: string, program: Program) => async () => {
      const before = await program.ask("usage");
      const { latencies, perSecond, refused } = await load.ask("rounds", { group, ms: bench.slice });
      noneRefused(refused);
      await pause(SETTLE_MS);
      const after = await program.ask("usage");
      return { perSecond, p50: latencies.p50, cpu: ((after.cpu - before.cpu) * 1_000) / latencies.count };
    };
    const what = `${visitors} ${visitors === 1 ? "visitor" : "visitors"} in flight`;
    return paired(bench, what, measure("ours", ours.web), measure("theirs", theirs.program));
  });
}

type Sample = { perSecond: number; p50: number; cpu: number };

function row(
  what: string,
  unit: string,
  of: keyof Sample,
  found: { ours: Sample[]; theirs: Sample[] },
  target: Target,
): Row {
  const sides = { ours: found.ours.map((each) => each[of]), theirs: found.theirs.map((each) => each[of]) };
  return comparison(what, unit, sides, target, NOTE);
}

const NOTE = "role web; both sides' queues are read by nobody meanwhile";

/** Chat round trips, durable, against a bare handler. */
export const chat: Measure[] = [
  {
    name: "chat-64",
    about: "durable chat round trips by 64 visitors in flight, and what each costs the web process",
    run: async (bench) => {
      const found = await roundTrips(bench, 64);
      return [
        row("chat round trips, 64 in flight", "/s", "perSecond", found, { atLeast: 3 }),
        row("CPU of the web process a message, 64 in flight", "µs", "cpu", found, { atMost: 0.4 }),
      ];
    },
  },
  {
    name: "chat-256",
    about: "durable chat round trips by 256 visitors in flight",
    run: async (bench) => {
      const found = await roundTrips(bench, 256);
      return [row("chat round trips, 256 in flight", "/s", "perSecond", found, { atLeast: 4 })];
    },
  },
  {
    name: "chat-1",
    about: "one visitor alone: p50 of a round trip",
    run: async (bench) => {
      const found = await roundTrips(bench, 1);
      return [row("chat round trip of one visitor alone, p50", "ms", "p50", found, { atMost: 1 })];
    },
  },
];
