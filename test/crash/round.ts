import { setTimeout as pause } from "node:timers/promises";
import {
  account,
  addTally,
  type Books,
  booksOf,
  type Correspondent,
  emptyTally,
  type Tally,
  unrest,
} from "./account.ts";
import { everybody, writes } from "./people.ts";
import { randomFrom } from "./random.ts";
import type { Row } from "./rows.ts";
import type { World } from "./world.ts";

/** Beyond every wait that the product has: a dead sender's lease lasts 30 s, a late retry comes after as long. */
const SETTLES_WITHIN_MS = 150_000;
const LOOK_EVERY_MS = 400;
/** People have written something before the harm comes, and write on after it. */
const BEFORE_MS = 300;
const AFTER_MS = 800;

/** What came of one round. */
export interface Outcome {
  row: string;
  seed: number;
  tally: Tally;
  remark?: string;
  /** Why the harm could not be done. */
  fault?: string;
  /** The longest that anybody waited for an acceptance. Milliseconds. */
  slowest: number;
}

/**
 * Plays one row with people of its own: resolves as soon as they have written, to the outcome that is known once all they
 * wrote is at rest. The next round may begin meanwhile.
 */
export async function playRound(
  world: World,
  row: Row,
  seed: number,
  stopped?: AbortSignal,
): Promise<{ outcome: Promise<Outcome> }> {
  const random = randomFrom(seed);
  const people = everybody(world);
  let over = false;
  const writing = people.map((person, index) => writes(person, randomFrom(seed + 1_000_003 * (index + 1)), () => over));
  await pause(BEFORE_MS);
  const struck = await row.strike({ world, random, people }).then(
    (remark) => (remark ? { remark } : {}),
    (fault) => ({ fault: String(fault) }),
  );
  await pause(AFTER_MS);
  over = true;
  await Promise.all(writing);
  const outcome = settle(world, people, stopped).then((tally) => ({
    row: row.name,
    seed,
    tally,
    ...struck,
    slowest: Math.max(0, ...people.flatMap(({ waits }) => waits)),
  }));
  return { outcome };
}

async function settle(world: World, people: Correspondent[], stopped?: AbortSignal): Promise<Tally> {
  const tally = emptyTally();
  const deadline = performance.now() + SETTLES_WITHIN_MS;
  const late = () => stopped?.aborted || performance.now() > deadline;
  await Promise.all(people.map(async (person) => addTally(tally, await accountAtRest(world, person, late))));
  return tally;
}

/** At the deadline the account is done whatever the state; the database may be away for the sake of a later round. */
async function accountAtRest(world: World, person: Correspondent, late: () => boolean): Promise<Tally> {
  for (;;) {
    const waiting = person.pending();
    const books = await readBooks(world, person);
    const why = books ? unrest(person, books, waiting) : "the database is away";
    if (!books && late()) return { ...emptyTally(), wrongs: [`${why} until the end`] };
    if (books && (why === undefined || late())) {
      const tally = account(person, books);
      if (why !== undefined) tally.wrongs.push(`${person.conversation()} is not at rest: ${why}`);
      person.close();
      return tally;
    }
    await pause(LOOK_EVERY_MS);
  }
}

async function readBooks({ ground }: World, person: Correspondent): Promise<Books | undefined> {
  try {
    return await booksOf(ground.store(), person.conversation());
  } catch {
    return undefined;
  }
}
