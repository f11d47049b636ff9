import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { io } from "socket.io-client";
import type { Ticket } from "../../src/types.ts";
import { type AgentSocket, agentSocket } from "../support/agent.ts";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { type Ack, first, visitor } from "../support/visitor.ts";

let gateway: Gateway;
let agent: AgentSocket;
let ticket: Ticket;

beforeAll(async () => {
  gateway = await startGateway({ config: roomy() });
  agent = await agentSocket(gateway, { key: await gateway.apiKey("robot") });
  const customer = await visitor(gateway);
  await customer.send("hello");
  customer.close();
  ticket = await eventually(async () => {
    const found = await gateway.store.tickets.findOne({ waitReason: { $exists: true } });
    if (!found) throw new Error("no ticket yet, or the router has not come to it");
    return found;
  });
});
afterAll(async () => {
  agent.close();
  await gateway.stop();
});

function expectTypedError(answer: Ack): void {
  expect(answer).toEqual({
    ok: false,
    error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/\S/) },
  });
}

describe("a malformed request gets a typed error and changes nothing:", () => {
  const number = () => ticket.number;
  const requests: [event: string, payload: () => unknown][] = [
    ["reply", () => undefined],
    ["reply", () => null],
    ["reply", () => "hello"],
    ["reply", () => ({ number: number(), text: "no id" })],
    ["reply", () => ({ clientId: "1", text: "no number" })],
    ["reply", () => ({ clientId: "1", number: String(number()), text: "a" })],
    ["reply", () => ({ clientId: "1", number: { $gt: 0 }, text: "a" })],
    ["reply", () => ({ clientId: "1", number: number(), text: { $gt: "" } })],
    ["reply", () => ({ clientId: { $ne: null }, number: number(), text: "a" })],
    ["reply", () => ({ clientId: "x".repeat(5_000), number: number(), text: "a" })],
    ["reply", () => ({ clientId: "1", number: number(), text: "x".repeat(50_000) })],
    ["reply", () => ({ clientId: "1", number: number(), text: " " })],
    ["reply", () => ({ clientId: "1", number: number(), text: "a", files: ["not-there"] })],
    ["reply", () => ({ clientId: "1", number: number(), text: "a", agent: "somebody else" })],
    ["reply", () => ({ clientId: "1", number: 999_999, text: "to nobody" })],
    ["note", () => ({ clientId: "1", number: number() })],
    ["claim", () => ({ number: { $gt: 0 } })],
    ["claim", () => ({ number: -1 })],
    ["claim", () => ({ number: 1.5 })],
    ["claim", () => ({ number: 1e300 })],
    ["release", () => [number()]],
    ["handOver", () => ({ number: number() })],
    ["handOver", () => ({ number: number(), agent: "nobody" })],
    ["handOver", () => ({ number: number(), agent: { $ne: null } })],
    ["handOver", () => ({ number: number(), queue: "nowhere" })],
    ["handOver", () => ({ number: number(), queue: "__proto__" })],
    ["resolve", () => ({ number: number(), reason: { $gt: "" } })],
    ["close", () => ({ number: number(), reason: "x".repeat(10_000) })],
    ["reopen", () => ({})],
    ["seen", () => ({ number: number(), upTo: "all" })],
    ["seen", () => ({ number: number(), upTo: { $inc: 1 } })],
    ["watch", () => ({ number: number(), after: -1 })],
    ["watch", () => ({ number: 999_999, after: 0 })],
    ["available", () => ({ on: "yes" })],
    ["available", () => ({})],
    ["typing", () => ({ number: "all" })],
    ["nonsense", () => ({})],
    ["toString", () => ({})],
    ["__proto__", () => ({})],
    ["message", () => ({ clientId: "1", text: "as a customer" })],
  ];

  test.each(requests)("%s, case %#", async (event, payload) => {
    const before = await gateway.store.tickets.findOne({ _id: ticket._id });
    const messages = await gateway.store.messages.countDocuments();
    expectTypedError(await agent.ask(event, payload()));
    expect(await gateway.store.tickets.findOne({ _id: ticket._id })).toEqual(before);
    expect(await gateway.store.messages.countDocuments()).toBe(messages);
  });

  test("one without a way to answer leaves the process alive", async () => {
    for (const [event, payload] of requests) agent.socket.emit(event, payload());
    expect((await agent.ask("watch", { number: ticket.number, after: 0 })).ok).toBe(true);
  });
});

describe("who may connect as an agent:", () => {
  const refused: [name: string, options: () => Promise<Parameters<typeof io>[1]> | Parameters<typeof io>[1]][] = [
    ["not who shows nothing", () => ({})],
    ["not who has a made-up key", () => ({ auth: { key: "fl_0000000000000000000000000000000000000000000" } })],
    ["not who sends an operator as key", () => ({ auth: { key: { $gt: "" } } })],
    ["not who has a made-up cookie", () => ({ extraHeaders: { cookie: "firstline=0000; session=0000" } })],
    [
      "not a page of another site with the admin's cookie",
      async () => ({ extraHeaders: { cookie: await gateway.cookie(), origin: "https://evil.example" } }),
    ],
    ["not a visitor with a token", async () => ({ auth: { token: "x", inbox: "website" } })],
  ];
  test.each(refused)("%s", async (_name, options) => {
    const socket = io(`${gateway.url}/agent`, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      ...(await options()),
    });
    const refusal = await first(socket, "hello").catch((fault) => fault);
    socket.disconnect();
    expect(refusal).toBeInstanceOf(Error);
    expect((refusal as { data: unknown }).data).toEqual({
      code: expect.stringMatching(/^[a-z_]+$/),
      message: expect.stringMatching(/\S/),
    });
  });

  test("a key that is withdrawn ends its connection", async () => {
    const name = `leaver ${randomUUID()}`;
    const leaver = await agentSocket(gateway, { key: await gateway.apiKey(name) });
    const gone = new Promise((resolve) => leaver.socket.once("disconnect", resolve));
    const { body } = await gateway.api<{ items: { id: string; name: string }[] }>("GET", "/keys");
    const id = body.items.find((key) => key.name === name)?.id;
    expect((await gateway.api("DELETE", `/keys/${id}`)).status).toBeLessThan(300);
    await gone;
    leaver.close();
  });
});
