import { withDesk } from "../desk.ts";
import { noneRefused } from "../load/start.ts";
import { absolute, type Measure } from "../measure.ts";

const CUSTOMERS = 100;
const PER_SECOND = 200;

/** From a customer's send to the socket of the agent who has the ticket. */
export const latency: Measure = {
  name: "latency",
  about: `customer's send to agent's socket on ${CUSTOMERS} assigned tickets, ${PER_SECOND}/s`,
  run: (bench) =>
    withDesk(bench, { customers: CUSTOMERS, agents: 1, watching: true }, async ({ load }) => {
      const found = [];
      for (let run = 0; run <= bench.pairs; run++) {
        bench.say(`latency: ${run === 0 ? "warming up" : `run ${run} of ${bench.pairs}`}`);
        const pace = { group: "customers", perSecond: PER_SECOND, ms: bench.slice, awaited: true };
        const { refused, accepted, toAgent } = await load.ask("paced", pace);
        noneRefused(refused);
        if (toAgent.count < accepted.count)
          throw new Error(`${accepted.count - toAgent.count} messages did not arrive`);
        if (run > 0) found.push(toAgent);
      }
      const what = `customer's send → agent's socket, ${PER_SECOND}/s`;
      const [p50, p99] = [found.map((each) => each.p50), found.map((each) => each.p99)];
      return [absolute(`${what}, p50`, "ms", p50, { atMost: 10 }), absolute(`${what}, p99`, "ms", p99, { atMost: 50 })];
    }),
};
