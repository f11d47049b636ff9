import type { Agent } from "../types.ts";

/** An agent as other agents may see them. */
export function agentView(agent: Agent, { online, load }: { online: boolean; load: number }) {
  const { _id, name, email, kind, roles, tier, queues, languages, capacity, available } = agent;
  return {
    id: _id,
    name,
    ...(email !== undefined && { email }),
    kind,
    roles,
    tier,
    queues,
    languages,
    capacity,
    available,
    online,
    load,
    disabled: agent.disabled ?? false,
  };
}
