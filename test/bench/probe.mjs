/** Loaded into each process that is measured: tells, when the bench asks, what it has used. Does nothing in between. */
import { monitorEventLoopDelay } from "node:perf_hooks";

/** Finer costs more; a delay that anybody feels is far longer. */
const RESOLUTION_MS = 2;

let delays;

process.on("message", ({ id, ask }) => {
  if (ask === "delays") {
    delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
  }
  // Twice: what the first finds dead may have held on to more.
  if (ask === "memory") for (let time = 0; time < 2; time++) globalThis.gc();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const worst = delays === undefined ? 0 : delays.percentile(99.9) / 1e6 - RESOLUTION_MS;
  process.send({ id, cpu: (user + system) / 1_000, rss, used: heapUsed + external, worstDelay: Math.max(0, worst) });
});
// Nothing measured outlives the bench.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
