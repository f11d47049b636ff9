import { setTimeout as pause } from "node:timers/promises";
import { startFirstline } from "../gateway.ts";
import { absolute, type Measure } from "../measure.ts";

/** Until the start's garbage is collected by itself. */
const IDLE_MS = 5_000;
const MEGABYTE = 2 ** 20;

/** What the role web takes before anybody comes. */
export const start: Measure = {
  name: "start",
  about: "memory of an idle web process, and how soon it is ready",
  async run({ stores, pairs, quick, say }) {
    const found: { rss: number; startedIn: number }[] = [];
    for (let run = 1; run <= pairs; run++) {
      say(`start: run ${run} of ${pairs}`);
      const ours = await startFirstline(stores);
      await pause(quick ? 0 : IDLE_MS);
      const { rss } = await ours.web.ask("usage");
      found.push({ rss: rss / MEGABYTE, startedIn: ours.web.startedIn / 1_000 });
      await ours.stop();
    }
    return [
      absolute(
        "resident memory of role web, idle",
        "MB",
        found.map(({ rss }) => rss),
        { atMost: 120 },
      ),
      absolute(
        "role web ready, on an empty database",
        "s",
        found.map(({ startedIn }) => startedIn),
        { atMost: 2 },
      ),
    ];
  },
};
