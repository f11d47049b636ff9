import { setTimeout as pause } from "node:timers/promises";
import { comparison, type Measure } from "../measure.ts";
import { withSides } from "./chat.ts";

const VISITORS = 500;
/** Until what connecting needed is over: the counters of the rate limits are kept for a minute. */
const IDLE_MS = 61_000;
/** Until what a disconnect leaves behind is over. */
const SETTLE_MS = 1_000;

/** What a visitor costs who is there and says nothing. Memory is nobody else's: both sides are measured at once. */
export const idle: Measure = {
  name: "idle",
  about: "bytes of the web process that an idle visitor takes",
  run: (bench) =>
    withSides(bench, async ({ load, ours, theirs }) => {
      const sides = [
        { group: "ours", side: { url: `${ours.url}/chat`, ready: "session" as const }, program: ours.web },
        { group: "theirs", side: { url: theirs.url, ready: "connect" as const }, program: theirs.program },
      ];
      const memory = () => Promise.all(sides.map(async ({ program }) => (await program.ask("memory")).used));
      const found: number[][] = [];
      for (let pair = 0; pair <= bench.pairs; pair++) {
        bench.say(`idle visitors: ${pair === 0 ? "warming up" : `pair ${pair} of ${bench.pairs}`}`);
        const before = await memory();
        for (const { group, side } of sides) await load.ask("connect", { group, side, count: VISITORS });
        await pause(bench.quick || pair === 0 ? SETTLE_MS : IDLE_MS);
        const after = await memory();
        if (pair > 0) found.push(after.map((used, side) => (used - (before[side] ?? 0)) / VISITORS));
        for (const { group } of sides) await load.ask("disconnect", { group });
        await pause(SETTLE_MS);
      }
      const of = (side: number) => found.map((each) => each[side] ?? Number.NaN);
      return [comparison("idle visitor", "bytes", { ours: of(0), theirs: of(1) }, { atMost: 1.25 }, NOTE)];
    }),
};

const NOTE =
  "idle: heap and buffers after a collection, a minute after connecting; ours has read its history and is told what comes";
