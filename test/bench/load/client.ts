/** The load generator, a process of its own: does what the bench asks by IPC, one thing at a time. */

import { type Latencies, latenciesOf } from "../statistics.ts";
import { serveTasks } from "../tasks.ts";
import { type Agent, connectAgent } from "./agent.ts";
import { writePaced } from "./paced.ts";
import { connectVisitors, type Side, type Visitor } from "./visitors.ts";

const groups = new Map<string, Visitor[]>();
const agents: Agent[] = [];
let sent = 0;

/** Everything that may be asked. */
export const tasks = {
  async connect({ group, side, count }: { group: string; side: Side; count: number }): Promise<void> {
    groups.set(group, await connectVisitors(side, count));
  },
  async disconnect({ group }: { group: string }): Promise<void> {
    for (const { socket } of groups.get(group) ?? []) socket.disconnect();
    groups.delete(group);
  },
  /** Each visitor of the group writes its next message as soon as the last is accepted. */
  async rounds({ group, ms }: { group: string; ms: number }): Promise<Rounds> {
    const visitors = groups.get(group) ?? [];
    const times: number[] = [];
    const refused: string[] = [];
    const from = performance.now();
    const until = from + ms;
    await Promise.all(
      visitors.map(async (visitor) => {
        for (let now = performance.now(); now < until; now = performance.now()) {
          const refusal = await visitor.send(`c${++sent}`);
          if (refusal === null) times.push(performance.now() - now);
          else refused.push(refusal);
        }
      }),
    );
    const latencies = latenciesOf(times);
    return { latencies, refused, perSecond: (times.length * 1_000) / (performance.now() - from) };
  },
  /** An agent, who may watch every ticket that they are given. Resolves once they are connected. */
  async agent({ url, key, watching }: { url: string; key: string; watching: boolean }): Promise<void> {
    agents.push(await connectAgent(url, key, watching));
  },
  /** From now on agents resolve what they are newly given. */
  async resolve(_input: object): Promise<void> {
    for (const agent of agents) agent.resolve();
  },
  /** How many tickets the agents watch. */
  async watched(_input: object): Promise<number> {
    return agents.reduce((sum, { watched }) => sum + watched.size, 0);
  },
  /** Visitors write by turns, so many a second, whether or not what came before has arrived. */
  async paced({ group, perSecond, ms, awaited = false }: Pace): Promise<Paced> {
    const written = await writePaced(groups.get(group) ?? [], { perSecond, ms });
    const ids = new Set(written.map(({ clientId }) => clientId));
    const seen = await Promise.all(awaited ? agents.map((agent) => agent.seen(ids)) : []);
    const arrivals = new Map(seen.flatMap((each) => [...each]));
    const toAgent = written.flatMap(({ clientId, at }) => {
      const arrival = arrivals.get(clientId);
      return arrival === undefined ? [] : [arrival - at];
    });
    return {
      accepted: latenciesOf(written.flatMap(({ accepted }) => accepted ?? [])),
      refused: written.flatMap(({ refusal }) => refusal ?? []),
      toAgent: latenciesOf(toAgent),
    };
  },
  /** Somebody new writes once and leaves, so many a second; resolves to why some were refused. */
  async newcomers({ side, perSecond, ms }: { side: Side; perSecond: number; ms: number }): Promise<string[]> {
    const all = (perSecond * ms) / 1_000;
    const refused: string[] = [];
    const underWay: Promise<void>[] = [];
    const from = performance.now();
    while (underWay.length < all) {
      if (performance.now() - from < (underWay.length * 1_000) / perSecond) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      underWay.push(writeOnce(side, `n${++sent}`).then((refusal) => void (refusal && refused.push(refusal))));
    }
    await Promise.all(underWay);
    return refused;
  },
};

async function writeOnce(side: Side, clientId: string): Promise<string | null> {
  const [visitor] = await connectVisitors(side, 1);
  const refusal = visitor ? await visitor.send(clientId) : "not connected";
  visitor?.socket.disconnect();
  return refusal;
}

export interface Pace {
  group: string;
  perSecond: number;
  ms: number;
  /** Waits until each has arrived at an agent. */
  awaited?: boolean;
}

export interface Paced {
  accepted: Latencies;
  /** Why each of them was. */
  refused: string[];
  toAgent: Latencies;
}

export interface Rounds {
  latencies: Latencies;
  /** Why each of them was. */
  refused: string[];
  perSecond: number;
}

serveTasks(tasks);
