import { afterAll, beforeAll, test } from "@jest/globals";
import fc from "fast-check";
import { type OwnGround, openGround } from "../grounds.ts";
import { openWorld, startAll, type World } from "../world.ts";
import { allStarted, anything } from "./commands.ts";
import { realOn } from "./gateway.ts";
import type { Promised } from "./promise.ts";

const RUNS = 4;
const STEPS = 60;
const CAPACITIES = [1, 2];

let ground: OwnGround;
let world: World;

beforeAll(async () => {
  ground = await openGround();
  world = await openWorld(ground);
  await startAll(world);
}, 60_000);
afterAll(async () => {
  await allStarted();
  await world.stop();
  await ground.close();
}, 60_000);

test("whatever customers, agents and operators do, in whatever order, the promise is kept after every step", async () => {
  const property = fc.asyncProperty(fc.array(anything, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
    const real = await realOn(world, CAPACITIES);
    const promised: Promised = {
      capacities: CAPACITIES,
      customers: [
        { shown: [], tickets: [] },
        { shown: [], tickets: [] },
      ],
    };
    try {
      await fc.asyncModelRun(() => ({ model: promised, real }), steps);
    } finally {
      await real.close();
    }
  });
  // A smaller example is not worth the minutes: the steps up to the failure are printed.
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true, verbose: 1 });
}, 300_000);
