import { createKey } from "../../src/agents/keys.ts";
import { eventually } from "../support/eventually.ts";
import { ending } from "./closers.ts";
import { type Firstline, startFirstline } from "./gateway.ts";
import { type Load, startLoad } from "./load/start.ts";
import type { Bench } from "./measure.ts";
import type { Program } from "./program.ts";

/** More than any of them will be given. */
const CAPACITY = 1_000_000;
const READY_MS = 60_000;

/** The whole product at work: one web, one worker, agents at their sockets, customers whose tickets are theirs. */
export interface Desk {
  load: Load;
  ours: Firstline & { web: Program };
  worker: Program;
}

/** Runs `work` once each customer has written and their ticket is assigned; `watching`: an agent has each of them open. */
export function withDesk<T>(
  { stores }: Bench,
  { customers, agents, watching }: { customers: number; agents: number; watching: boolean },
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  return ending(async (ends) => {
    const load = startLoad();
    ends(load.stop);
    const ours = await startFirstline(stores);
    ends(ours.stop);
    const worker = await ours.start("worker");
    const { store } = ours.database;
    for (let count = 1; count <= agents; count++) {
      const { key, agent } = await createKey(store, `agent ${count}`, { queues: ["support"] });
      await store.agents.updateOne({ _id: agent._id }, { $set: { capacity: CAPACITY, available: true } });
      await load.ask("agent", { url: ours.url, key, watching });
    }
    await load.ask("connect", { group: "customers", side: sideOf(ours), count: customers });
    await load.ask("paced", { group: "customers", perSecond: customers, ms: 1_000 });
    await eventually(async () => {
      const open = await store.tickets.countDocuments({ assignee: { $ne: null } });
      const ready = watching ? await load.ask("watched", {}) : open;
      if (ready < customers) throw new Error("not every ticket has its agent yet");
    }, READY_MS);
    return work({ load, ours, worker });
  });
}

/** Where customers of ours connect. */
export function sideOf({ url }: Pick<Firstline, "url">) {
  return { url: `${url}/chat`, ready: "session" as const };
}
