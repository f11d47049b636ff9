import type { Measure } from "../measure.ts";
import { chat } from "./chat.ts";
import { filings } from "./filing.ts";
import { find } from "./find.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { start } from "./start.ts";
import { endurance } from "./steady.ts";

/** Everything we measure, in the order of the table. */
export const measures: Measure[] = [...chat, ...filings, idle, latency, start, find, ...endurance];
