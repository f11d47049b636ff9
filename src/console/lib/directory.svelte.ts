import { get } from "./api.ts";
import { hear, onConnected } from "./connection.svelte.ts";
import { learnMe, me, session } from "./session.svelte.ts";
import type { AgentView, Named, Page } from "./types.ts";

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
        if (one.id === me().id) learnMe({ available: one.available });
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Reads it anew, with loads and presence as they are now; what cannot be read stays as it was. */
export async function loadDirectory(): Promise<void> {
  await Promise.all([
    get<Page<AgentView>>("/agents").then(({ items }) => (agents = items)),
    get<Page<Named>>("/queues").then(({ items }) => (queues = items)),
  ]).catch(() => {});
}

/** The name that the operator gave, or the id where it is not known yet. */
export function queueName(id: string): string {
  return queues.find((queue) => queue.id === id)?.name ?? id;
}

/** The same for an inbox. */
export function inboxName(id: string): string {
  if (session.state.phase !== "in") return id;
  return session.state.session.inboxes.find((inbox) => inbox.id === id)?.name ?? id;
}
