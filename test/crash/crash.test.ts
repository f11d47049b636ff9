import { expect, test } from "@jest/globals";
import { faultRows } from "./faults.ts";
import { playMatrix } from "./matrix.ts";
import { everyPoint } from "./rows.ts";
import { isClean } from "./table.ts";

const REDIS_AWAY_MS = 5_000;
/** Which message meets which death; `npm run crash` tries others. */
const SEED = 1;

test("killed at each boundary of a message's life while people write, it loses, doubles and disorders nothing", async () => {
  const rows = [everyPoint, ...faultRows(REDIS_AWAY_MS).filter(({ name }) => SHORT.test(name))];
  const { outcomes } = await playMatrix(rows, { rounds: rows.length, seed: rows.length * SEED, tell: () => undefined });
  expect(outcomes.flatMap(({ fault = [], tally }) => [fault, tally.wrongs].flat())).toEqual([]);
  expect(outcomes.filter((outcome) => !isClean(outcome))).toEqual([]);
  const outcome = outcomes.find(({ row }) => row === everyPoint.name);
  expect(outcome?.tally.figures.accepted).toBeGreaterThan(20);
  // Half a minute on a calm machine; each process is started some ten times, which takes long on one that is not.
}, 400_000);

/** MongoDB and Redis killed and frozen are in test/attack/stores.test.ts. */
const SHORT = /emptied|clocks/;
