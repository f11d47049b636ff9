import { type Helper, startHelper } from "../tasks.ts";
import type { tasks } from "./client.ts";

/** The load generator, in a process of its own. */
export type Load = Helper<typeof tasks>;

export function startLoad(): Load {
  return startHelper("load/client.ts");
}

/** A side that refuses is not measured: it would be fast by doing less. */
export function noneRefused(refused: string[]): void {
  if (refused.length > 0)
    throw new Error(`${refused.length} messages were refused: ${[...new Set(refused)].join(", ")}`);
}
