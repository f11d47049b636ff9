import { addTally, emptyTally, type Tally } from "./account.ts";
import { type Desk, openDesk } from "./desk.ts";
import { type OwnGround, openGround } from "./grounds.ts";
import { type Outcome, playRound } from "./round.ts";
import type { Row } from "./rows.ts";
import { openWorld, startAll, type World } from "./world.ts";

/** Rounds that are not at rest yet while the next ones go on: their people still read and resend. */
const OPEN_ROUNDS = 16;

/** Plays rows one after another: round n has the seed `seed + n`, which chooses its row. Most rows share one gateway. */
export async function playMatrix(
  rows: Row[],
  { rounds, seed, tell }: { rounds: number; seed: number; tell(outcome: Outcome): void },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const open = new Set<Promise<void>>();
  const keep = (outcome: Outcome) => {
    outcomes.push(outcome);
    tell(outcome);
  };
  const shared = await openGround();
  const world = await openWorld(shared);
  try {
    await startAll(world);
    const desk = await openDesk(world, seed);
    for (let round = seed; round < seed + rounds; round++) {
      const row = rows[round % rows.length];
      if (row?.ground) keep(await playAlone(row, await row.ground(shared), round));
      else if (row) {
        const { outcome } = await playRound(world, row, round);
        const told = outcome.then(keep).then(() => void open.delete(told));
        open.add(told);
        if (open.size >= OPEN_ROUNDS) await Promise.race(open);
      }
    }
    await Promise.all(open);
    keep({ row: "the agents, all rounds", seed, tally: await closeDesk(desk, world), slowest: 0 });
  } finally {
    await world.stop();
    await shared.close();
  }
  return outcomes;
}

async function playAlone(row: Row, ground: OwnGround, seed: number): Promise<Outcome> {
  const world = await openWorld(ground);
  try {
    if (row.starts) return await (await playRound(world, row, seed)).outcome;
    await startAll(world);
    await ground.ready();
    const desk = await openDesk(world, seed);
    const outcome = await (await playRound(world, row, seed)).outcome;
    addTally(outcome.tally, await closeDesk(desk, world));
    return outcome;
  } finally {
    await world.stop();
    await ground.close();
  }
}

async function closeDesk(desk: Desk, world: World): Promise<Tally> {
  const tally = await desk.account();
  await desk.close();
  for (const error of world.errors().slice(0, 5)) tally.wrongs.push(`logged as an error: ${error}`);
  return tally;
}

/** All outcomes of one row together. */
export function byRow(outcomes: Outcome[]): (Outcome & { rounds: number })[] {
  const rows = new Map<string, Outcome & { rounds: number }>();
  for (const { row, seed, tally, slowest } of outcomes) {
    const sum = rows.get(row) ?? { row, seed, tally: emptyTally(), slowest: 0, rounds: 0 };
    addTally(sum.tally, tally);
    sum.slowest = Math.max(sum.slowest, slowest);
    sum.rounds++;
    rows.set(row, sum);
  }
  return [...rows.values()];
}
