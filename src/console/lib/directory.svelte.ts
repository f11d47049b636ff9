import { get } from "./api.ts";
import { hear, onConnected } from "./connection.svelte.ts";
import { me, session } from "./session.svelte.ts";
import type { AgentView, Named, Page } from "./types.ts";

/** More colleagues than this are found by the first page being the whole of it: the API's largest page. */
const LARGEST_PAGE = 100;

let agents = $state<AgentView[]>([]);
let queues = $state<Named[]>([]);

/** Who works here, and the waiting lines: for names, and for handing over. */
export const directory = {
  get agents(): AgentView[] {
    return agents;
  },
  get queues(): Named[] {
    return queues;
  },
};

/** Keeps the directory; what ends it stops. */
export function startDirectory(): () => void {
  const stops = [
    onConnected(() => void loadDirectory()),
    hear("presence", ({ agents: present }) => {
      for (const one of present) {
        const known = agents.find((agent) => agent.id === one.id);
        if (known) Object.assign(known, { available: one.available, online: one.online });
        else void loadDirectory();
      }
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

export async function loadDirectory(): Promise<void> {
  const [people, lines] = await Promise.all([
    get<Page<AgentView>>("/agents", { limit: LARGEST_PAGE }),
    get<Page<Named>>("/queues"),
  ]).catch(() => [null, null]);
  if (people) agents = people.items;
  if (lines) queues = lines.items;
}

export function agentName(id: string): string {
  if (session.state.phase === "in" && id === me().id) return me().name;
  return agents.find((agent) => agent.id === id)?.name ?? id;
}

export function queueName(id: string): string {
  return queues.find((queue) => queue.id === id)?.name ?? id;
}

export function inboxName(id: string): string {
  if (session.state.phase !== "in") return id;
  return session.state.session.inboxes.find((inbox) => inbox.id === id)?.name ?? id;
}
