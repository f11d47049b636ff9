import { onlineAgents } from "../agents/presence.ts";
import { agentView } from "../agents/views.ts";
import type { Store } from "../store.ts";
import { loads } from "../tickets/assignment.ts";
import type { Agent } from "../types.ts";

/** Every agent by name, with who is online and how much each holds. */
export async function listAgents(store: Store) {
  const agents = await store.agents.find().collation({ locale: "en" }).sort({ name: 1, _id: 1 }).toArray();
  return seen(store, agents);
}

/** One agent as the lists show them. */
export async function seenAgent(store: Store, agent: Agent) {
  const [view] = await seen(store, [agent]);
  return view as NonNullable<typeof view>;
}

async function seen(store: Store, agents: Agent[]) {
  const ids = agents.map(({ _id }) => _id);
  const [online, load] = await Promise.all([onlineAgents(store), loads(store, ids)]);
  return agents.map((agent) => agentView(agent, { online: online.has(agent._id), load: load.get(agent._id) ?? 0 }));
}
