import { StartFault } from "../../src/errors.ts";
import type { Environment } from "./command.ts";

/** What one needs to look for a program, and to say what is going on. */
export interface Finding {
  /** Holds the cache of a user who has no home. */
  dataDir: string;
  environment: Environment;
  say(line: string): void;
  signal?: AbortSignal | undefined;
}

export interface Found {
  path: string;
  /** Where it was taken from, for a person to read. */
  from: string;
  version: string;
}

/** One way to come by a program: resolves to what it found, or rejects with the reason why not. */
export interface Way {
  name: string;
  find(): Promise<Found>;
}

/** Rejected with by a way that was not asked for, so that nothing is said about it while others are tried. */
export class NotThere extends Error {}

/** Takes the first way that works, in order; rejects with one StartFault that names each, why it failed, and what to do. */
export async function firstThatWorks(
  what: string,
  ways: Way[],
  remedies: string[],
  say: (line: string) => void,
): Promise<Found> {
  const failures: string[] = [];
  for (const way of ways) {
    try {
      return await way.find();
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      if (!(fault instanceof NotThere)) say(`${what}: ${way.name}: ${reason}`);
      failures.push(`  - ${way.name}: ${reason}`);
    }
  }
  const advice = remedies.map((remedy) => `  - ${remedy}`);
  throw new StartFault(
    [
      `${what} could not be found or fetched. Tried, in this order:`,
      ...failures,
      "What to do, one of:",
      ...advice,
    ].join("\n"),
  );
}
