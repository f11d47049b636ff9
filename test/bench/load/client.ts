/** The load generator, a process of its own: does what the bench asks by IPC, one thing at a time. */
import { type Latencies, latenciesOf } from "../statistics.ts";
import { connectVisitors, type Side, type Visitor } from "./visitors.ts";

const groups = new Map<string, Visitor[]>();
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
    let refused = 0;
    const from = performance.now();
    const until = from + ms;
    await Promise.all(
      visitors.map(async (visitor) => {
        for (let now = performance.now(); now < until; now = performance.now()) {
          const accepted = await visitor.send(`c${++sent}`);
          if (accepted) times.push(performance.now() - now);
          else refused++;
        }
      }),
    );
    const latencies = latenciesOf(times);
    return { latencies, refused, perSecond: (times.length * 1_000) / (performance.now() - from) };
  },
};

export interface Rounds {
  latencies: Latencies;
  refused: number;
  perSecond: number;
}

process.on("message", ({ id, task, input }: { id: number; task: keyof typeof tasks; input: never }) => {
  tasks[task](input).then(
    (answer) => process.send?.({ id, answer }),
    (fault) => process.send?.({ id, fault: String(fault?.stack ?? fault) }),
  );
});
process.on("disconnect", () => process.exit());
