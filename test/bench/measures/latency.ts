import { createKey } from "../../../src/agents/keys.ts";
import { eventually } from "../../support/eventually.ts";
import { ending } from "../closers.ts";
import { startFirstline } from "../gateway.ts";
import { absolute, type Measure } from "../measure.ts";
import { noneRefused, startLoad } from "./chat.ts";

const VISITORS = 100;
const PER_SECOND = 200;
/** More than any of them will be given. */
const CAPACITY = 1_000_000;
const READY_MS = 60_000;

/** From a customer's send to the socket of the agent who has the ticket. */
export const latency: Measure = {
  name: "latency",
  about: `customer's send to agent's socket on ${VISITORS} assigned tickets, ${PER_SECOND}/s`,
  run: (bench) =>
    ending(async (ends) => {
      const load = startLoad();
      ends(load.stop);
      const ours = await startFirstline(bench.stores);
      ends(ours.stop);
      await ours.start("worker");
      const { store } = ours.database;
      const { key, agent } = await createKey(store, "bench", { queues: ["support"] });
      await store.agents.updateOne({ _id: agent._id }, { $set: { capacity: CAPACITY, available: true } });
      await load.ask("agent", { url: ours.url, key });
      const side = { url: `${ours.url}/chat`, ready: "session" as const };
      await load.ask("connect", { group: "customers", side, count: VISITORS });
      await load.ask("paced", { group: "customers", perSecond: VISITORS, ms: 1_000 });
      await eventually(async () => {
        if ((await load.ask("watched", {})) < VISITORS) throw new Error("not every ticket is watched yet");
      }, READY_MS);
      const found = [];
      for (let run = 0; run <= bench.pairs; run++) {
        bench.say(`latency: ${run === 0 ? "warming up" : `run ${run} of ${bench.pairs}`}`);
        const { refused, accepted, toAgent } = await load.ask("paced", {
          group: "customers",
          perSecond: PER_SECOND,
          ms: bench.slice,
        });
        noneRefused(refused);
        if (toAgent.count < accepted.count)
          throw new Error(`${accepted.count - toAgent.count} messages did not arrive`);
        if (run > 0) found.push(toAgent);
      }
      const what = `customer's send → agent's socket, ${PER_SECOND}/s`;
      return [
        absolute(
          `${what}, p50`,
          "ms",
          found.map(({ p50 }) => p50),
          { atMost: 10 },
        ),
        absolute(
          `${what}, p99`,
          "ms",
          found.map(({ p99 }) => p99),
          { atMost: 50 },
        ),
      ];
    }),
};
