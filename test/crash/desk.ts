import { setTimeout as pause } from "node:timers/promises";
import { createKey } from "../../src/agents/keys.ts";
import type { Store } from "../../src/store.ts";
import { blame, emptyTally, type Tally } from "./account.ts";
import { type AgentProgram, agentProgram } from "./agent.ts";
import { randomFrom } from "./random.ts";
import type { World } from "./world.ts";

/** Small, so that tickets wait and every place is fought for. */
const CAPACITIES = [2, 3, 5];
const LOOK_EVERY_MS = 300;
const DONE_WITHIN_MS = 60_000;

/** The agents of a world, and an eye on their capacity. */
export interface Desk {
  agents: AgentProgram[];
  /** Lets them finish, and says what they know to be wrong. */
  account(): Promise<Tally>;
  close(): Promise<void>;
}

export async function openDesk(world: World, seed: number): Promise<Desk> {
  const store = world.ground.store();
  const tally = emptyTally();
  const agents = await Promise.all(
    CAPACITIES.map(async (capacity, index) => {
      const { key, agent } = await createKey(store, `Program ${index + 1}`, { queues: ["support"] });
      await store.agents.updateOne({ _id: agent._id }, { $set: { capacity } });
      return agentProgram(() => world.web.url, agent._id, key, randomFrom(seed + index));
    }),
  );
  let closed = false;
  const watching = (async () => {
    while (!closed) {
      await overfull(world, tally).catch(() => undefined);
      await pause(LOOK_EVERY_MS);
    }
  })();

  return {
    agents,
    async account() {
      for (const agent of agents) agent.calm();
      const deadline = performance.now() + DONE_WITHIN_MS;
      while ((await restless(store, agents)) && performance.now() < deadline) await pause(LOOK_EVERY_MS);
      for (const agent of agents) await checkAgent(world, agent, tally);
      return tally;
    },
    async close() {
      closed = true;
      await watching;
      await Promise.all(agents.map((agent) => agent.close()));
    },
  };
}

/**
 * Tickets that were given to an agent and never answered since count all at once, whenever one of them was given: so they
 * are never more than the agent's capacity. (A customer who writes again after an answer brings back a ticket that has an agent.)
 */
async function overfull(world: World, tally: Tally): Promise<void> {
  const { transaction, tickets, agents } = world.ground.store();
  await transaction(async (session) => {
    const match = {
      open: true as const,
      assignee: { $ne: null },
      status: { $in: ["new" as const, "open" as const] },
      "clocks.firstResponse.metAt": { $exists: false },
    };
    const rows = await tickets
      .aggregate<{ _id: string; numbers: number[] }>(
        [{ $match: match }, { $group: { _id: "$assignee.id", numbers: { $push: "$number" } } }],
        { session },
      )
      .toArray();
    for (const { _id, numbers } of rows) {
      const agent = await agents.findOne({ _id }, { session });
      if (agent && numbers.length > agent.capacity)
        blame(tally, "capacity exceeded", `${agent.name} has ${numbers.join(", ")} of ${agent.capacity}`);
    }
  });
}

async function checkAgent(world: World, agent: AgentProgram, tally: Tally): Promise<void> {
  const { messages } = world.ground.store();
  if (agent.pending() > 0)
    blame(tally, "answers missing", `${agent.pending()} of an agent were never taken: ${agent.last()}`);
  const ids = [...agent.accepted.values()];
  const found = await messages.find({ _id: { $in: ids } }).toArray();
  const answers = new Map(found.map((message) => [message._id, message]));
  for (const [text, id] of agent.accepted) {
    const answer = answers.get(id);
    if (answer?.text !== text) blame(tally, "answers missing", `"${text}" was taken as ${id}, and is not there`);
    else if (answer.unsent) blame(tally, "answers missing", `${id} is still ${answer.state}`);
  }
  for (const difference of await differences(world.ground.store(), agent)) blame(tally, "seq holes", difference);
  for (const wrong of agent.wrongs) blame(tally, "seq holes", wrong);
}

/** Something is on its way still: an answer, or news of one. */
async function restless(store: Store, agents: AgentProgram[]): Promise<boolean> {
  if (agents.some((agent) => agent.pending() > 0)) return true;
  if (await store.messages.findOne({ unsent: true })) return true;
  return (await Promise.all(agents.map((agent) => differences(store, agent)))).flat().length > 0;
}

/** Where an agent's screen and the books differ. */
async function differences({ messages }: Store, { id, views }: AgentProgram): Promise<string[]> {
  const found: string[] = [];
  for (const [number, view] of views) {
    const theirs = await messages.find({ number }).sort({ seq: 1 }).toArray();
    if (view.map((message) => message.id).join() !== theirs.map(({ _id }) => _id).join())
      found.push(`ticket ${number}: ${id} saw ${view.length} of ${theirs.length} messages`);
  }
  return found;
}
