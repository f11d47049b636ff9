import { askPatiently } from "./connection.svelte.ts";
import { learnMe, me } from "./session.svelte.ts";
import { fault } from "./toasts.svelte.ts";

/** Turns the agent's own switch; it falls back when the server does not take it. */
export async function setAvailable(on: boolean): Promise<void> {
  const before = me().available;
  learnMe({ available: on });
  try {
    await askPatiently("available", { on });
  } catch (problem) {
    learnMe({ available: before });
    fault(problem);
  }
}
