import { randomUUID } from "node:crypto";
import type { Core } from "../core.ts";
import type { Store } from "../store.ts";

/** Rows are renewed this often … */
const RENEW_MS = 10_000;
/** … and count for as long after: three renewals may be late. */
const FRESH_MS = 30_000;
/** An agent of whom nothing is seen for this long is gone: their unanswered tickets go back to the queue. */
const GONE_MS = 60_000;

/** Which agents have a socket open in this process, told to all processes through MongoDB. */
export interface PresenceKeeper {
  arrived(agent: string): Promise<void>;
  left(agent: string): Promise<void>;
  close(): Promise<void>;
}

/** Keeps this process' rows alive. A process that dies leaves rows that expire by the database's clock. */
export function keepPresence(core: Core): PresenceKeeper {
  const { presence } = core.store;
  const ours = randomUUID();
  const sockets = new Map<string, number>();
  const timer = setInterval(() => void renew().catch(ignored), RENEW_MS);

  function renew(): Promise<unknown> {
    return presence.updateMany({ process: ours, sockets: { $gt: 0 } }, [{ $set: { seenAt: "$$NOW" } }]);
  }

  async function record(agent: string): Promise<void> {
    const _id = `${ours}/${agent}`;
    const row = { agent, process: ours, sockets: sockets.get(agent) ?? 0, seenAt: "$$NOW" };
    await presence.updateOne({ _id }, [{ $set: row }], { upsert: true }).catch(ignored);
    core.whispers.say({ about: "agents" });
  }

  function ignored(fault: unknown): void {
    core.log.warn({ fault }, "presence could not be recorded; it is tried again");
  }

  return {
    async arrived(agent) {
      sockets.set(agent, (sockets.get(agent) ?? 0) + 1);
      await record(agent);
    },
    async left(agent) {
      const count = (sockets.get(agent) ?? 1) - 1;
      if (count > 0) sockets.set(agent, count);
      else sockets.delete(agent);
      await record(agent);
    },
    async close() {
      clearInterval(timer);
      sockets.clear();
      await presence.updateMany({ process: ours }, [{ $set: { sockets: 0, seenAt: "$$NOW" } }]).catch(ignored);
    },
  };
}

/** Agents with an open socket somewhere. */
export async function onlineAgents(store: Store): Promise<Set<string>> {
  const fresh = { $expr: { $gt: ["$seenAt", { $subtract: ["$$NOW", FRESH_MS] }] } };
  const rows = store.presence.find({ sockets: { $gt: 0 }, ...fresh }, { projection: { agent: 1 } });
  return new Set((await rows.toArray()).map(({ agent }) => agent));
}

/** When each agent that has gone was last seen: nothing of them for GONE_MS. */
export async function goneAgents(store: Store): Promise<Map<string, Date>> {
  const rows = await store.presence
    .aggregate<{ _id: string; seenAt: Date }>([
      { $group: { _id: "$agent", seenAt: { $max: "$seenAt" } } },
      { $match: { $expr: { $lt: ["$seenAt", { $subtract: ["$$NOW", GONE_MS] }] } } },
    ])
    .toArray();
  return new Map(rows.map(({ _id, seenAt }) => [_id, seenAt]));
}
