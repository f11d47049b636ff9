import { randomUUID } from "node:crypto";
import { expect } from "@jest/globals";
import type { Store } from "../../src/store.ts";
import { eventually } from "./eventually.ts";
import { type Visitor, visitor } from "./visitor.ts";

/** What one customer was told, and by whom they are known. */
interface Customer {
  token?: string;
  visitor?: string;
  accepted: { clientId: string; text: string }[];
}

/** Customers who write one message after another, each again and again under its id until it is accepted. */
export interface Crowd {
  customers: Customer[];
  /** Lets each customer get `count` more messages accepted, wherever the gateway is by then. */
  write(count: number): Promise<void>;
  /** They give up: nothing more is written. */
  stop(): void;
}

/** `gateway` is asked at every try, since it moves when it is started again. */
export function crowd(size: number, gateway: () => { url: string }): Crowd {
  const customers: Customer[] = Array.from({ length: size }, () => ({ accepted: [] }));
  const giveUp = new AbortController();
  return {
    customers,
    async write(count) {
      await Promise.all(customers.map((customer) => writeAll(customer, count, gateway, giveUp.signal)));
    },
    stop: () => giveUp.abort(),
  };
}

async function writeAll(
  customer: Customer,
  count: number,
  gateway: () => { url: string },
  gaveUp: AbortSignal,
): Promise<void> {
  let connected: Visitor | undefined;
  for (let i = 0; i < count && !gaveUp.aborted; i++) {
    const said = { clientId: randomUUID(), text: `message ${customer.accepted.length}` };
    await eventually(async () => {
      if (gaveUp.aborted) return;
      if (!connected?.socket.connected) {
        connected?.close();
        connected = await visitor(gateway(), customer.token ? { token: customer.token } : {});
        Object.assign(customer, { token: connected.session.token, visitor: connected.session.visitor });
      }
      const dropped = new Promise<never>((_, reject) =>
        connected?.socket.once("disconnect", () => reject(new Error("the connection was lost"))),
      );
      const answer = await Promise.race([connected.send(said.text, said.clientId), dropped]);
      if (!answer.ok) throw new Error(`not accepted: ${answer.error?.code}`);
      customer.accepted.push(said);
    }, 60_000);
  }
  connected?.close();
}

/** The promise of this gateway: what it accepted is there once and filed in order, in one ticket with one acknowledgement. */
export async function expectKept(store: Store, { customers }: Crowd): Promise<void> {
  await eventually(async () => {
    expect(await store.messages.countDocuments({ unfiled: true })).toBe(0);
    expect(await store.messages.countDocuments({ unsent: true })).toBe(0);
  }, 60_000);
  for (const { visitor: conversationId, accepted } of customers) {
    if (!conversationId) throw new Error("a customer never got in");
    const all = await store.messages.find({ conversationId }).sort({ seq: 1 }).toArray();
    const written = all.filter(({ kind }) => kind === "inbound");
    expect(written.map(({ text }) => text)).toEqual(accepted.map(({ text }) => text));
    expect(written.map(({ _id }) => _id)).toEqual(
      accepted.map(({ clientId }) => `website/${conversationId}/${clientId}`),
    );
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    const acknowledgements = all.filter(({ kind }) => kind === "ack");
    expect(acknowledgements.map(({ state }) => state)).toEqual([expect.stringMatching(/^(sent|delivered|read)$/)]);
    expect(await store.tickets.countDocuments({ conversationId })).toBe(1);
    expect(await store.contacts.countDocuments({ addresses: `webchat:${conversationId}` })).toBe(1);
  }
}
