import { setTimeout as pause } from "node:timers/promises";

/** Far beyond what anything takes, even with both cores busy: only a real fault waits this long. */
const WITHIN_MS = 20_000;
const EVERY_MS = 25;

/** Tries until `attempt` no longer throws, and returns its answer; throws its last fault when time is up. */
export async function eventually<T>(attempt: () => T | Promise<T>, within = WITHIN_MS): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      return await attempt();
    } catch (fault) {
      if (Date.now() > deadline) throw fault;
      await pause(EVERY_MS);
    }
  }
}
