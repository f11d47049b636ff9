import { setTimeout as pause } from "node:timers/promises";
import type { Correspondent } from "./account.ts";
import type { OwnGround } from "./grounds.ts";
import type { Random } from "./random.ts";
import type { Ground, Slot, World } from "./world.ts";

/** What a row may use while people write. */
export interface Stage {
  world: World;
  random: Random;
  people: Correspondent[];
}

/** One kind of harm, to the gateway that rows share, or to one on stores of its own; where `starts` is set, it starts it itself. */
export interface Row {
  name: string;
  ground?: (shared: Ground) => Promise<OwnGround>;
  starts?: true;
  /** Does it while people write; resolves to a remark for the table, or rejects when it could not be done. */
  strike(stage: Stage): Promise<string | undefined>;
}

/** An armed process meets enough traffic to die within this time, on a machine with every core busy. */
const FIRES_WITHIN_MS = 40_000;

/** Every boundary in a message's life, and the process that passes it. */
const POINTS: [point: string, role: Slot["role"], passings: number][] = [
  ["leased, not sent", "worker", 3],
  ["sent, not recorded", "worker", 3],
  ["before the append", "web", 8],
  ["append sent, answer not read", "web", 8],
  ["inside the group commit", "web", 8],
  ["appended, wire not answered", "web", 8],
  ["answered, no hint", "web", 8],
  ["hint taken, not filed", "worker", 3],
  ["ticket made, message not linked", "worker", 3],
  ["filed, ack not written", "worker", 3],
  ["ack written, not queued", "worker", 3],
  ["taken by the sender, no lease", "worker", 3],
  ["routed, event not written", "worker", 1],
  ["routed, agent not told", "worker", 1],
];

export const crashRows: Row[] = [
  ...POINTS.map(([point, role, passings]) => ({
    name: point,
    strike: ({ world, random }: Stage) => dieAt(point, pickSlot(world, role, random), 1 + random.below(passings)),
  })),
  { name: "during the start-up sweep", strike: dieInSweep },
  { name: "during stop", strike: dieInStop },
];

/** Every point in one round, the processes at the same time: what `npm test` has the time for. */
export const everyPoint: Row = { name: "each crash point once", strike: dieEverywhere };

export const killRows: Row[] = [
  { name: "killed at random", strike: killAtRandom },
  { name: "all killed at once", strike: killAll },
  { name: "stopped and started", strike: restartOne },
];

function pickSlot(world: World, role: Slot["role"], random: Random): Slot {
  return role === "web" ? world.web : random.pick(world.workers);
}

/** Started anew with the point armed; once it has died there, started anew without. */
async function dieAt(point: string, slot: Slot, passing: number): Promise<undefined> {
  try {
    await dieArmed(point, slot, passing);
  } finally {
    await slot.start();
  }
}

async function dieArmed(point: string, slot: Slot, passing: number): Promise<void> {
  await slot.kill();
  await slot.start(`${point}#${passing}`);
  if (await slot.dies(FIRES_WITHIN_MS)) return;
  await slot.kill();
  throw new Error(`${slot.name} never came to "${point}"`);
}

async function dieEverywhere(stage: Stage): Promise<string> {
  const { world, random } = stage;
  const [one, other] = world.workers;
  const ofWorkers = POINTS.filter(([, role]) => role === "worker");
  const half = Math.ceil(ofWorkers.length / 2);
  const chains: [Slot | undefined, typeof POINTS][] = [
    [world.web, POINTS.filter(([, role]) => role === "web")],
    [one, ofWorkers.slice(0, half)],
    [other, ofWorkers.slice(half)],
  ];
  await Promise.all(
    chains.map(async ([slot, points]) => {
      if (!slot) return;
      try {
        for (const [point, , passings] of points) await dieArmed(point, slot, 1 + random.below(passings));
      } finally {
        await slot.start();
      }
    }),
  );
  await dieInSweep(stage);
  await dieInStop(stage);
  return `${POINTS.length + 2} points`;
}

/** Work is left over from a time without workers, so that the sweep of the first to start has something to do. */
async function dieInSweep({ world, random }: Stage): Promise<undefined> {
  await Promise.all(world.workers.map((worker) => worker.kill()));
  await pause(400 + random.below(400));
  const [first, ...others] = world.workers;
  if (!first) throw new Error("there are no workers");
  await first.start("during the start-up sweep#1");
  const died = await first.dies(FIRES_WITHIN_MS);
  await first.kill();
  await Promise.all([first, ...others].map((worker) => worker.start()));
  if (!died) throw new Error("its sweep found nothing to do");
}

/** Killed between two of the things that a stopping process ends one after another. */
async function dieInStop({ world, random }: Stage): Promise<undefined> {
  const slot = random.pick(world.slots.filter((each) => each.runs()));
  await slot.kill();
  await slot.start(`during stop#${1 + random.below(3)}`);
  await pause(random.below(500));
  const code = await slot.stop();
  await slot.start();
  if (code !== null) throw new Error(`${slot.name} stopped with ${code} before it could be killed`);
}

async function killAtRandom({ world, random }: Stage): Promise<undefined> {
  await pause(random.below(800));
  const slot = random.pick(world.slots.filter((each) => each.runs()));
  await slot.kill();
  await pause(random.below(300));
  await slot.start();
}

async function killAll({ world, random }: Stage): Promise<undefined> {
  await pause(random.below(800));
  const running = world.slots.filter((slot) => slot.runs());
  await Promise.all(running.map((slot) => slot.kill()));
  await pause(random.below(300));
  await Promise.all(running.map((slot) => slot.start()));
}

async function restartOne({ world, random }: Stage): Promise<string> {
  await pause(random.below(500));
  const slot = random.pick(world.slots.filter((each) => each.runs()));
  const from = performance.now();
  const code = await slot.stop();
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  await slot.start();
  if (code !== 0) throw new Error(`${slot.name} did not stop cleanly: ${code}`);
  return `stopped in ${seconds} s`;
}
