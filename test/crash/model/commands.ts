import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import fc from "fast-check";
import { Redis } from "ioredis";
import type { Customer } from "../customer.ts";
import type { Slot } from "../world.ts";
import type { Real } from "./gateway.ts";
import { acts, type Promised, type Verb, writes } from "./promise.ts";

type Command = fc.AsyncCommand<Promised, Real>;

/** Answers most of all, as in life. */
const VERBS: Verb[] = [
  "reply",
  "reply",
  "reply",
  "reply",
  "claim",
  "claim",
  "handOver",
  "release",
  "resolve",
  "close",
  "reopen",
];
const one = fc.nat({ max: 1 });

const writing = one.map((who) =>
  command(`customer ${who} writes`, async (promised, real) => {
    const text = `question ${randomUUID()}`;
    writes(promised.customers[who] as Promised["customers"][number], text);
    customerOf(real, who).write(text);
  }),
);

const acting = fc
  .record({ verb: fc.constantFrom(...VERBS), who: one, by: one, to: one })
  .map(({ verb, who, by, to }) =>
    command(`agent ${by}: ${verb} customer ${who}${verb === "handOver" ? ` to ${to}` : ""}`, (promised, real) =>
      agentActs(promised, real, { verb, who, by, to }),
    ),
  );

const resending = one.map((who) =>
  command(`customer ${who} sends the last message again`, async (promised, real) => {
    if (promised.customers[who]?.shown.length) await real.resend(customerOf(real, who));
  }),
);

const emptying = fc.constant(
  command("Redis is emptied", async (_, { world }) => {
    const redis = new Redis(world.ground.redisUrl);
    await redis.flushall();
    redis.disconnect();
  }),
);

const killing = fc.nat({ max: 2 }).map((index) =>
  command(`process ${index} is killed`, async (_, { world }) => {
    // Killed twice in a row, it must first have come up.
    await allStarted();
    const slot = world.slots[index] as Slot;
    await slot.kill();
    // What comes next meets a gateway that is only just starting.
    starting.push(slot.start());
  }),
);

/** What customers, agents and operators may do, as often as it happens. */
export const anything: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: writing, weight: 7 },
  { arbitrary: acting, weight: 10 },
  { arbitrary: resending, weight: 1 },
  {
    arbitrary: one.map((who) =>
      command(`customer ${who} loses the network`, async (_, real) => customerOf(real, who).drop()),
    ),
    weight: 1,
  },
  {
    arbitrary: one.map((who) =>
      command(`customer ${who} loads the page again`, async (_, real) => customerOf(real, who).reload()),
    ),
    weight: 1,
  },
  { arbitrary: one.map((who) => command(`agent ${who} goes away`, (_, real) => real.goAway(who))), weight: 1 },
  { arbitrary: emptying, weight: 1 },
  { arbitrary: killing, weight: 1 },
);

const starting: Promise<void>[] = [];

/** Resolves when all that were killed run again. */
export async function allStarted(): Promise<void> {
  await Promise.all(starting.splice(0));
}

/** Does one thing, and then sees whether the promise is kept. */
function command(name: string, act: (promised: Promised, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(promised, real) {
      real.comeBack();
      await act(promised, real);
      await real.keeps(promised);
    },
    toString: () => name,
  };
}

async function agentActs(
  promised: Promised,
  real: Real,
  { verb, who, by, to }: { verb: Verb; who: number; by: number; to: number },
): Promise<void> {
  const talk = promised.customers[who] as Promised["customers"][number];
  const text = `answer ${randomUUID()}`;
  const expected = acts(promised, talk, verb, by, to, text);
  if (expected === "none") return;
  const number = await real.numberOf(customerOf(real, who));
  const more = { handOver: { agent: real.agents[to] }, reply: { clientId: randomUUID(), text } } as const;
  const payload = verb === "handOver" || verb === "reply" ? { number, ...more[verb] } : { number };
  expect(await real.ask(by, verb, payload)).toBe(expected);
}

function customerOf({ customers }: Real, who: number): Customer {
  return customers[who] as Customer;
}
