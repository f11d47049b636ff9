import { addTally, emptyTally, type Tally } from "./account.ts";
import { type Desk, openDesk } from "./desk.ts";
import { LeftOut, openGround } from "./grounds.ts";
import { type Outcome, playRound } from "./round.ts";
import type { Row } from "./rows.ts";
import { type Ground, openWorld, startAll } from "./world.ts";

/** Rounds that are not at rest yet while the next ones go on: their people still read and resend. */
const OPEN_ROUNDS = 16;

export interface Game {
  rounds: number;
  seed: number;
  /** Called with each outcome as soon as it is known. */
  tell(outcome: Outcome): void;
  /** Ends the game before its time. */
  stopped?: AbortSignal;
}

/** Plays rows one after another: round n has the seed `seed + n`, which chooses its row. Most rows share one gateway. */
export async function playMatrix(
  rows: Row[],
  { rounds, seed, tell, stopped }: Game,
): Promise<{ outcomes: Outcome[]; versions: Record<string, string>; errors: string[] }> {
  const outcomes: Outcome[] = [];
  const open = new Set<Promise<void>>();
  const keep = (outcome: Outcome) => {
    outcomes.push(outcome);
    tell(outcome);
  };
  const shared = await openGround();
  const versions = shared.versions();
  const world = await openWorld(shared);
  try {
    await startAll(world);
    const desk = await openDesk(world, seed);
    for (let round = seed; round < seed + rounds && !stopped?.aborted; round++) {
      const row = rows[round % rows.length];
      if (row?.ground) keep(await playAlone(row, shared, round, stopped));
      else if (row) {
        const { outcome } = await playRound(world, row, round, stopped);
        const told = outcome.then(keep).then(() => void open.delete(told));
        open.add(told);
        if (open.size >= OPEN_ROUNDS) await Promise.race(open);
      }
    }
    if (stopped?.aborted) return { outcomes, versions, errors: world.errors() };
    await Promise.all(open);
    keep({ row: "the agents, all rounds", seed, tally: await closeDesk(desk), slowest: 0 });
  } finally {
    await world.stop();
    await shared.close();
  }
  return { outcomes, versions, errors: world.errors() };
}

async function playAlone(row: Row, shared: Ground, seed: number, stopped?: AbortSignal): Promise<Outcome> {
  const ground = await row.ground?.(shared).catch((fault) => {
    if (fault instanceof LeftOut) return fault;
    throw fault;
  });
  if (!ground || ground instanceof LeftOut)
    return { row: row.name, seed, tally: emptyTally(), slowest: 0, remark: ground?.message ?? "" };
  const world = await openWorld(ground);
  try {
    if (row.starts) return await (await playRound(world, row, seed, stopped)).outcome;
    await startAll(world);
    await ground.ready();
    const desk = await openDesk(world, seed);
    const outcome = await (await playRound(world, row, seed, stopped)).outcome;
    addTally(outcome.tally, await closeDesk(desk));
    return outcome;
  } finally {
    await world.stop();
    await ground.close();
  }
}

async function closeDesk(desk: Desk): Promise<Tally> {
  const tally = await desk.account();
  await desk.close();
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
