import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ending } from "../closers.ts";
import type { tasks } from "../filing/worker.ts";
import { CONFIG } from "../gateway.ts";
import { comparison, type Measure, paired } from "../measure.ts";
import { startHelper } from "../tasks.ts";

const TICKETS = 600;
const FEW = 100;
const NOTE =
  "filing: ours reads the conversation, ticket and contact, decides, and writes all of it in one transaction; " +
  "the baseline is given finished documents, and writes neither the contact nor the second event";

function filing(inFlight: number): Measure {
  return {
    name: `filing-${inFlight}`,
    about: `new tickets filed and their acknowledgements written, ${inFlight} at a time`,
    run: (bench) =>
      ending(async (ends) => {
        const folder = mkdtempSync(join(tmpdir(), "firstline-filing-"));
        ends(() => rmSync(folder, { recursive: true, force: true }));
        const database = await bench.stores.openDatabase();
        ends(database.close);
        const config = join(folder, "config.yaml");
        writeFileSync(config, CONFIG);
        const env = { CONFIG: config, MONGODB_URL: database.mongodbUrl, REDIS_URL: database.redisUrl };
        const worker = startHelper<typeof tasks>("filing/worker.ts", { env, log: join(folder, "log") });
        ends(worker.stop);
        const input = { count: bench.quick ? FEW : TICKETS, inFlight };
        const { ours, theirs } = await paired(
          bench,
          `filing, ${inFlight} in flight`,
          () => worker.ask("ours", input),
          () => worker.ask("theirs", input),
        );
        return [
          comparison(
            `new tickets filed + ack written, ${inFlight} in flight`,
            "/s",
            { ours, theirs },
            { atLeast: 1.2 },
            NOTE,
          ),
        ];
      }),
  };
}

/** Filing in one transaction against the same documents one after another. */
export const filings: Measure[] = [filing(8), filing(32)];
