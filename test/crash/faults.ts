import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { eventually } from "../support/eventually.ts";
import { visitor } from "../support/visitor.ts";
import type { Correspondent } from "./account.ts";
import { freshDatabase, replicaSet, smallDisk } from "./grounds.ts";
import type { Row, Stage } from "./rows.ts";
import { startAll } from "./world.ts";

const HOUR_MS = 3_600_000;
/** The wire hears "not stored" within a second; a machine with every core busy is given a second more. */
const REFUSED_WITHIN_MS = 2_000;
/** A lease lasts 30 s, and the sweep comes by every 2 s. */
const LEASE_ENDS_WITHIN_MS = 60_000;

/** Harm to the stores, the clocks and the wires; `away`: how long Redis is gone. Milliseconds. */
export function faultRows(away: number): Row[] {
  return [
    { name: "Redis emptied", strike: emptyRedis },
    { name: "Redis killed", strike: ({ world }) => killStore(world.ground, "redis", 2) },
    { name: `Redis away for ${away / 1_000} s`, strike: (stage) => redisAway(stage, away) },
    { name: "MongoDB killed", strike: (stage) => mongoGone(stage, () => killStore(stage.world.ground, "mongodb", 1)) },
    { name: "MongoDB silent for 3 s", strike: (stage) => mongoGone(stage, () => freezeMongo(stage)) },
    { name: "one message 100 times at once, to two processes", strike: hundredAtOnce },
    { name: "clocks jump by an hour, to and fro", strike: jumpClocks },
    { name: "a fresh database, started under fire", ground: freshDatabase, starts: true, strike: startFresh },
  ];
}

/** What takes a minute or more, or stores of its own. */
export const slowRows: Row[] = [
  { name: "a sender stopped past its lease", strike: stopSender },
  {
    name: "the primary of three MongoDBs killed",
    ground: replicaSet,
    strike: (stage) => mongoGone(stage, () => killPrimary(stage)),
  },
  { name: "the disk of MongoDB full", ground: smallDisk, strike: (stage) => mongoGone(stage, () => fillDisk(stage)) },
];

async function emptyRedis({ world, random }: Stage): Promise<undefined> {
  const redis = new Redis(world.ground.redisUrl);
  for (let times = 0; times < 3; times++) {
    await pause(random.below(400));
    await redis.flushall();
  }
  redis.disconnect();
}

async function killStore(
  ground: Stage["world"]["ground"],
  kind: "mongodb" | "redis",
  times: number,
): Promise<undefined> {
  for (let time = 0; time < times; time++) {
    await ground.kill(kind);
    await pause(1_500);
  }
}

/** Nobody may be refused meanwhile: hints are all that is missing. */
async function redisAway({ world, people }: Stage, away: number): Promise<undefined> {
  const before = refusalsOf(people).length;
  const frozen = await world.ground.freeze("redis");
  await pause(away).finally(frozen.goOn);
  const refused = refusalsOf(people).slice(before);
  if (refused.length > 0) throw new Error(`refused while Redis was away: ${refused}`);
}

/** Whoever writes meanwhile hears soon that it was not stored. */
async function mongoGone({ people }: Stage, harm: () => Promise<unknown>): Promise<string> {
  const before = refusalsOf(people).length;
  await harm();
  const slowest = Math.max(0, ...people.flatMap(({ refusedAfter }) => refusedAfter));
  if (slowest > REFUSED_WITHIN_MS) throw new Error(`a refusal took ${Math.round(slowest)} ms`);
  return `${refusalsOf(people).length - before} refused, within ${Math.round(slowest)} ms`;
}

function refusalsOf(people: Correspondent[]): string[] {
  return people.flatMap(({ refusals }) => refusals);
}

async function freezeMongo({ world }: Stage): Promise<void> {
  const frozen = await world.ground.freeze("mongodb");
  await pause(3_000).finally(frozen.goOn);
}

async function killPrimary({ world }: Stage): Promise<void> {
  await world.ground.kill("mongodb");
  await pause(3_000);
}

async function fillDisk({ world }: Stage): Promise<void> {
  const { fill } = world.ground as Awaited<ReturnType<typeof smallDisk>>;
  const { free } = fill();
  // The journal has room left: a checkpoint is what needs the disk.
  await world.ground
    .store()
    .db.admin()
    .command({ fsync: 1 })
    .catch(() => undefined);
  await pause(5_000).finally(free);
}

/** Ten connections of one visitor, half of them to another process, each say the same ten times without waiting. */
async function hundredAtOnce({ world, people }: Stage): Promise<undefined> {
  const other = await world.more("web");
  await other.start();
  const first = await visitor(world.web);
  const { token } = first.session;
  const twins = await Promise.all(
    Array.from({ length: 9 }, (_, index) => visitor(index % 2 ? world.web : other, { token })),
  );
  const [text, clientId] = [`question ${randomUUID()}`, randomUUID()];
  const answers = await Promise.all(
    [first, ...twins].flatMap((one) => Array.from({ length: 10 }, () => one.send(text, clientId))),
  );
  for (const one of [first, ...twins]) one.close();
  await other.kill();
  const ids = new Set(answers.map(({ ok, id }) => (ok ? String(id) : "refused")));
  const [id] = ids;
  if (ids.size !== 1 || id === undefined || id === "refused") throw new Error(`answered with ${[...ids]}`);
  people.push({
    conversation: () => `website/${first.session.visitor}`,
    written: [text],
    accepted: new Map([[text, id]]),
    pending: () => 0,
    write: () => undefined,
    close: () => undefined,
    ...{ wrongs: [], waits: [], refusals: [], refusedAfter: [] },
  });
}

async function jumpClocks({ world }: Stage): Promise<undefined> {
  try {
    for (const shift of [HOUR_MS, -HOUR_MS, 0, -HOUR_MS, HOUR_MS]) {
      world.shiftClocks(shift);
      await pause(700);
    }
  } finally {
    world.shiftClocks(0);
  }
}

async function startFresh({ world }: Stage): Promise<undefined> {
  const more = await world.more("web");
  await Promise.all([startAll(world), more.start()]);
}

/** The worker in the middle of a send is stopped until another has found its lease at an end; then it goes on. */
async function stopSender({ world }: Stage): Promise<string> {
  const { messages } = world.ground.store();
  const caught = await eventually(async () => {
    const left = world.journal().at(-1);
    if (!left) throw new Error("nothing has left yet");
    process.kill(left.pid, "SIGSTOP");
    const message = await messages.findOne({ _id: left.id });
    if (message?.state === "sending") return left;
    process.kill(left.pid, "SIGCONT");
    throw new Error("it was through already");
  });
  const from = performance.now();
  try {
    await eventually(async () => {
      const { state } = (await messages.findOne({ _id: caught.id })) ?? {};
      if (state !== "uncertain") throw new Error(`${caught.id} is ${state}`);
    }, LEASE_ENDS_WITHIN_MS);
  } finally {
    process.kill(caught.pid, "SIGCONT");
  }
  return `uncertain after ${Math.round((performance.now() - from) / 1_000)} s`;
}
