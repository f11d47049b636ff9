import { setTimeout as pause } from "node:timers/promises";
import { comparison, type Measure, paired } from "../measure.ts";
import type { Program } from "../program.ts";
import { withSides } from "./chat.ts";

const VISITORS = 500;
const FEW = 100;
/** Until what connecting needed, and what a disconnect leaves behind, is over. */
const SETTLE_MS = 1_000;

/** What a visitor costs who is there and says nothing. */
export const idle: Measure = {
  name: "idle",
  about: "bytes of the web process that an idle visitor takes",
  run: (bench) =>
    withSides(bench, async ({ load, ours, theirs }) => {
      const count = bench.quick ? FEW : VISITORS;
      const measure = (group: string, url: string, ready: "session" | "connect", program: Program) => async () => {
        await pause(SETTLE_MS);
        const before = await program.ask("memory");
        await load.ask("connect", { group, side: { url, ready }, count });
        await pause(SETTLE_MS);
        const after = await program.ask("memory");
        await load.ask("disconnect", { group });
        return (after.used - before.used) / count;
      };
      const found = await paired(
        bench,
        "idle visitors",
        measure("ours", `${ours.url}/chat`, "session", ours.web),
        measure("theirs", theirs.url, "connect", theirs.program),
      );
      return [comparison("idle visitor", "bytes", found, { atMost: 1.25 }, NOTE)];
    }),
};

const NOTE = "idle: heap and buffers after a collection; ours has read its history and is told what comes";
