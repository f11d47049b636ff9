import { createKey } from "../../../src/agents/keys.ts";
import { ending } from "../closers.ts";
import { type Firstline, startFirstline } from "../gateway.ts";
import { absolute, comparison, type Measure, paired, type Row } from "../measure.ts";
import { nameOf, seedTickets } from "../seed.ts";
import { latenciesOf } from "../statistics.ts";

const REQUESTS = 200;

/** What an agent asks for, about the ticket of this number. */
const QUESTIONS: Record<string, (number: number) => string> = {
  "inbox page": () => "view=all&status=unsolved",
  "find by number": (number) => `q=${encodeURIComponent(`#${number}`)}`,
  "find by address": (number) => `q=v-${number}`,
  "find by name prefix": (number) => `q=${encodeURIComponent(nameOf(number).slice(0, -1))}`,
};

/** Whether a list that has grown is as quick as a short one. */
export const find: Measure = {
  name: "find",
  about: "inbox page and finding tickets: 1 M against 10 k; ready with 1 M",
  long: true,
  run: (bench) =>
    ending(async (ends) => {
      const [few, many] = bench.quick ? [1_000, 20_000] : [10_000, 1_000_000];
      const open = async (count: number) => {
        bench.say(`find: making ${count} tickets`);
        const ours = await startFirstline(bench.stores);
        ends(ours.stop);
        await seedTickets(ours.database.store, count);
        const { key } = await createKey(ours.database.store, "bench", { queues: ["support"] });
        return { ours, ask: (question: string) => p99Of(ours, key, count, QUESTIONS[question] ?? String) };
      };
      const [small, large] = [await open(few), await open(many)];
      const rows: Row[] = [];
      for (const question of Object.keys(QUESTIONS)) {
        const found = await paired(
          bench,
          question,
          () => large.ask(question),
          () => small.ask(question),
        );
        rows.push(comparison(`${question}, p99: ${many} tickets against ${few}`, "ms", found, { atMost: 1.3 }));
      }
      const started: number[] = [];
      for (let run = 0; run < bench.pairs; run++) {
        const again = await startFirstline(bench.stores, large.ours.database);
        started.push(again.web.startedIn / 1_000);
        await again.stop();
      }
      return [...rows, absolute(`role web ready with ${many} tickets`, "s", started, { atMost: 2 })];
    }),
};

async function p99Of({ url }: Firstline, key: string, count: number, question: (number: number) => string) {
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const number = 1 + Math.floor(Math.random() * count);
    const from = performance.now();
    const answer = await fetch(`${url}/api/v1/tickets?${question(number)}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { items } = (await answer.json()) as { items?: unknown[] };
    times.push(performance.now() - from);
    if (!items?.length) throw new Error(`nothing was found: ${answer.status} ${question(number)}`);
  }
  return latenciesOf(times).p99;
}
