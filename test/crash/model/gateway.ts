import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { createKey } from "../../../src/agents/keys.ts";
import { type AgentSocket, agentSocket } from "../../support/agent.ts";
import { eventually } from "../../support/eventually.ts";
import { visitor } from "../../support/visitor.ts";
import { type Customer, customer } from "../customer.ts";
import type { World } from "../world.ts";
import type { Promised, Verb } from "./promise.ts";

/** Includes the lease of a sender that was killed. */
const COMES_TRUE_WITHIN_MS = 60_000;
const AGAIN_MS = 100;
const PASSING = ["not_stored", "internal", "busy"];

/** Real customers and agents on the real gateway, for one run of commands. */
export interface Real {
  world: World;
  customers: Customer[];
  /** What an agent asks for, again and again until it is answered. */
  ask(agent: number, verb: Verb, payload: object): Promise<string>;
  /** The agent's connection is gone … */
  goAway(agent: number): Promise<void>;
  /** … and comes back: after a minute their tickets would go to others. */
  comeBack(): void;
  /** The last message of a customer once more, under its id. */
  resend(customer: Customer): Promise<void>;
  numberOf(customer: Customer): Promise<number | undefined>;
  /** Resolves when everything is as promised. */
  keeps(promised: Promised): Promise<void>;
  agents: string[];
  close(): Promise<void>;
}

export async function realOn(world: World, capacities: number[]): Promise<Real> {
  const store = world.ground.store();
  const programs = await Promise.all(
    capacities.map(async (capacity) => {
      const { key, agent } = await createKey(store, randomUUID(), { queues: ["support"] });
      await store.agents.updateOne({ _id: agent._id }, { $set: { capacity } });
      return { key, id: agent._id };
    }),
  );
  const agents = programs.map(({ id }) => id);
  const sockets = new Map<number, Promise<AgentSocket>>();
  const customers = [customer(() => world.web.url), customer(() => world.web.url)];
  const ticketsOf = (one: Customer) =>
    store.tickets.find({ conversationId: one.visitor() }).sort({ "lastMessage.seq": 1 }).toArray();

  function socketOf(agent: number): Promise<AgentSocket> {
    const opened = (sockets.get(agent) ?? Promise.reject()).then(
      (known) => (known.socket.connected ? known : agentSocket(world.web, { key: programs[agent]?.key ?? "" })),
      () => agentSocket(world.web, { key: programs[agent]?.key ?? "" }),
    );
    sockets.set(agent, opened);
    return opened;
  }

  async function goAway(agent: number): Promise<void> {
    const socket = await sockets.get(agent)?.catch(() => undefined);
    socket?.close();
  }

  return {
    world,
    customers,
    agents,
    async ask(agent, verb, payload) {
      for (;;) {
        const answer = await socketOf(agent)
          .then((socket) => socket.ask(verb, payload))
          .catch(() => undefined);
        if (answer?.ok) return "ok";
        if (answer?.error && !PASSING.includes(answer.error.code)) return answer.error.code;
        await pause(AGAIN_MS);
      }
    },
    goAway,
    comeBack() {
      for (const agent of agents.keys()) socketOf(agent).catch(() => undefined);
    },
    async resend(one) {
      const text = one.written.at(-1) ?? "";
      const clientId = one.accepted.get(text)?.split("/").at(-1) ?? "";
      await eventually(async () => {
        const twin = await visitor(world.web, { token: one.token() });
        const answer = await twin.send(text, clientId).finally(twin.close);
        if (!answer.ok) throw new Error(answer.error?.code);
        expect(answer.id).toBe(one.accepted.get(text));
      });
    },
    async numberOf(one) {
      return (await ticketsOf(one)).at(-1)?.number;
    },
    async keeps({ customers: talks }) {
      await eventually(async () => {
        for (const [index, talk] of talks.entries()) {
          const one = customers[index] as Customer;
          expect(one.wrongs).toEqual([]);
          const tickets = await ticketsOf(one);
          const shown = one.shown().map(({ from, text }) => ({ from, text }));
          expect(shown).toEqual(
            talk.shown.map((said) =>
              said.from === "gateway"
                ? { from: said.from, text: expect.stringContaining(String(tickets[said.ticket]?.number)) }
                : said,
            ),
          );
          const now = tickets.map(({ status, assignee }) => ({ status, agent: assignee?.id ?? null }));
          expect(now).toEqual(
            talk.tickets.map(({ status, agent }) => ({ status, agent: agent === null ? null : agents[agent] })),
          );
        }
      }, COMES_TRUE_WITHIN_MS);
    },
    async close() {
      for (const agent of agents.keys()) await goAway(agent);
      for (const one of customers) one.close();
    },
  };
}
