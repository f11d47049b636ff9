import { setTimeout as pause } from "node:timers/promises";
import { type Desk, sideOf, withDesk } from "../desk.ts";
import { noneRefused } from "../load/start.ts";
import { absolute, type Bench, type Measure } from "../measure.ts";
import { leaveBehind } from "../seed.ts";
import { latenciesOf } from "../statistics.ts";

const MINUTE = 60_000;
const CUSTOMERS = 200;
/** An agent's socket may ask 1,200 things a minute: together they resolve more than is opened. */
const AGENTS = 8;
const LOOK_EVERY_MS = 250;
const MEGABYTE = 2 ** 20;

/** How long it takes until nothing waits to be filed any more. */
async function drained({ ours }: Desk, atMost: number): Promise<number> {
  const from = performance.now();
  while ((await ours.database.store.messages.countDocuments({ unfiled: true })) > 0) {
    if (performance.now() - from > atMost) throw new Error(`not everything was filed within ${atMost / MINUTE} min`);
    await pause(LOOK_EVERY_MS);
  }
  return (performance.now() - from) / 1_000;
}

/** Minutes of work, one in four of the messages opening a ticket that is acknowledged, routed and resolved. */
const steady: Measure = {
  name: "steady",
  about: "10 min at 300/s, one in four opens a ticket: backlog, event loop, memory",
  long: true,
  run: (bench) =>
    withDesk(bench, { customers: CUSTOMERS, agents: AGENTS, watching: false }, async (desk) => {
      const { load, ours } = desk;
      const minutes = bench.quick ? 1 : 10;
      await load.ask("resolve", {});
      await ours.web.ask("delays");
      const memory: number[] = [];
      const waiting: number[] = [];
      for (let minute = 1; minute <= minutes; minute++) {
        bench.say(`steady: minute ${minute} of ${minutes}`);
        const old = load.ask("paced", { group: "customers", perSecond: 225, ms: MINUTE, awaited: false });
        const newcomers = load.ask("newcomers", { side: sideOf(ours), perSecond: 75, ms: MINUTE });
        noneRefused([...(await old).refused, ...(await newcomers)]);
        waiting.push(await ours.database.store.messages.countDocuments({ unfiled: true }));
        memory.push((await ours.web.ask("memory")).used / MEGABYTE);
      }
      const { worstDelay } = await ours.web.ask("usage");
      const half = Math.ceil(memory.length / 2);
      const growth = latenciesOf(memory.slice(half)).p50 - latenciesOf(memory.slice(0, half)).p50;
      return [
        absolute("300 msg/s: unfiled at the end of each minute", "messages", waiting, { atMost: 300 }),
        absolute("300 msg/s: event-loop delay of web, p99.9", "ms", [worstDelay], { atMost: 20 }),
        absolute("300 msg/s: memory of web, second half beyond the first", "MB", [growth], { atMost: 5 }),
      ];
    }),
};

/** More than the machine files at a time: it may wait, but nobody is refused. */
const burst: Measure = {
  name: "burst",
  about: "1,000 durable messages a second for a minute, then calm",
  long: true,
  run: (bench) =>
    withDesk(bench, { customers: CUSTOMERS, agents: 1, watching: false }, async (desk) => {
      const ms = bench.quick ? MINUTE / 12 : MINUTE;
      bench.say(`burst: ${ms / 1_000} s`);
      const pace = { group: "customers", perSecond: 1_000, ms, awaited: false };
      const { refused, accepted } = await desk.load.ask("paced", pace);
      const seconds = await drained(desk, 10 * MINUTE);
      return [
        absolute("burst of 1,000/s: refused", "messages", [refused.length], { atMost: 0 }),
        absolute("burst of 1,000/s: accepted after, p99", "ms", [accepted.p99], { atMost: 1_000 }),
        absolute("burst of 1,000/s: all filed after", "s", [seconds], { atMost: 120 }),
      ];
    }),
};

const BACKLOG = 100_000;
const LIVE_PER_SECOND = 20;

/** What an outage of the workers leaves behind, worked off while others write. */
const backlog: Measure = {
  name: "backlog",
  about: "100,000 unfiled messages after an outage: live messages meanwhile",
  long: true,
  run: (bench: Bench) =>
    withDesk(bench, { customers: CUSTOMERS / 2, agents: 1, watching: true }, async (desk) => {
      const { load, ours } = desk;
      const pace = { group: "customers", perSecond: LIVE_PER_SECOND, ms: bench.slice, awaited: true };
      const calm: number[] = [];
      for (let run = 0; run < bench.pairs; run++) calm.push((await load.ask("paced", pace)).toAgent.p99);
      const count = bench.quick ? BACKLOG / 50 : BACKLOG;
      bench.say(`backlog: ${count} messages`);
      await leaveBehind(ours.database.store, count);
      const from = performance.now();
      const busy: number[] = [];
      while ((await ours.database.store.messages.countDocuments({ unfiled: true })) > CUSTOMERS) {
        busy.push((await load.ask("paced", pace)).toAgent.p99);
        if (performance.now() - from > 60 * MINUTE) throw new Error("the backlog was not worked off within an hour");
      }
      const perSecond = (count * 1_000) / (performance.now() - from);
      const worse = latenciesOf(busy).p50 / latenciesOf(calm).p50;
      return [
        absolute(`backlog of ${count}: live p99, times the calm one`, "×", [worse], { atMost: 2 }),
        absolute(`backlog of ${count}: filed a second`, "/s", [perSecond], { atLeast: 0 }),
      ];
    }),
};

export const endurance: Measure[] = [steady, burst, backlog];
