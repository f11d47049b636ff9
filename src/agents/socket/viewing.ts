import { randomUUID } from "node:crypto";
import type { Core } from "../../core.ts";

type Viewer = { id: string; name: string };

/** A process that says nothing of a ticket for this long has nobody looking at it; it says so again three times as often. */
const FORGET_MS = 45_000;

/** Who looks at which ticket, over all processes: a courtesy between agents, never a lock. */
export interface Viewing {
  looks(number: number, socket: string, agent: Viewer): void;
  leaves(number: number, socket: string): void;
  /** What another process says of its own agents. */
  heard(number: number, process: string, agents: Viewer[]): void;
  /** Says it again, for processes that came later; forgets those that went. */
  refresh(): void;
}

export function keepViewing(core: Core, tell: (number: number, agents: Viewer[]) => void): Viewing {
  const ours = randomUUID();
  const here = new Map<number, Map<string, Viewer>>();
  const everywhere = new Map<number, Map<string, { agents: Viewer[]; at: number }>>();

  function say(number: number): void {
    const agents = distinct([...(here.get(number)?.values() ?? [])]);
    core.whispers.say({ about: "viewing", number, process: ours, agents });
    heard(number, ours, agents);
  }

  function heard(number: number, process: string, agents: Viewer[]): void {
    const known = everywhere.get(number) ?? new Map();
    if (agents.length > 0) known.set(process, { agents, at: performance.now() });
    else known.delete(process);
    if (known.size > 0) everywhere.set(number, known);
    else everywhere.delete(number);
    if (here.has(number)) tell(number, distinct([...known.values()].flatMap(({ agents: theirs }) => theirs)));
  }

  return {
    looks(number, socket, agent) {
      const viewers = here.get(number) ?? new Map<string, Viewer>();
      here.set(number, viewers.set(socket, agent));
      say(number);
    },
    leaves(number, socket) {
      const viewers = here.get(number);
      if (!viewers?.delete(socket)) return;
      say(number);
      if (viewers.size === 0) here.delete(number);
    },
    heard(number, process, agents) {
      if (process !== ours) heard(number, process, agents);
    },
    refresh() {
      for (const number of here.keys()) say(number);
      for (const [number, known] of everywhere)
        for (const [process, { at }] of known)
          if (process !== ours && performance.now() - at > FORGET_MS) heard(number, process, []);
    },
  };
}

function distinct(agents: Viewer[]): Viewer[] {
  return [...new Map(agents.map((agent) => [agent.id, agent])).values()];
}
