import type { Measure } from "../measure.ts";
import { chat } from "./chat.ts";

/** Everything we measure, in the order of the table. */
export const measures: Measure[] = [...chat];
