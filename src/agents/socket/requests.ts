import { z } from "zod";
import { isStoreFault } from "../../../adapters/mongo.ts";
import type { Socket } from "../../../adapters/socketio.ts";
import { ROUTING } from "../../core.ts";
import { NotStored, Refusal } from "../../errors.ts";
import { messageView, ticketSummary } from "../../tickets/views.ts";
import type { Agent, Ticket } from "../../types.ts";
import type { Caller } from "../credentials.ts";
import type { AgentsDesk } from "./index.ts";
import { roomOf } from "./rooms.ts";

/** More than any person or well-behaved program asks; a loop is told so. */
const REQUESTS_PER_MINUTE = 1_200;
/** Tickets one socket may have open at a time. */
const MOST_WATCHED = 200;

const number = z.int().min(1);
const clientId = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const files = z.array(z.string().min(1).max(100)).max(10).optional();
const onTicket = z.strictObject({ number });
const ending = z.strictObject({ number, reason: z.string().max(500).optional() });

/** What one agent asks, and everything the answer may need. */
interface Asked {
  desk: AgentsDesk;
  socket: Socket;
  agent: Agent;
}

type Answer = object | undefined;

function request<Shape extends z.ZodType>(
  shape: Shape,
  run: (input: z.output<Shape>, asked: Asked) => Promise<Answer>,
) {
  return { shape, run: async (input: unknown, asked: Asked) => run(parse(shape, input), asked) };
}

/** Every event that an agent's socket may send, with its shape. */
const requests = {
  available: request(z.strictObject({ on: z.boolean() }), async ({ on }, { desk, agent }) => {
    await desk.core.store.agents.updateOne({ _id: agent._id }, { $set: { available: on }, $inc: { version: 1 } });
    desk.core.whispers.say({ about: "agents" });
    if (on) await desk.core.hints.give(ROUTING, agent.queues);
    return { available: on };
  }),
  watch: request(z.strictObject({ number, after: z.int().min(0).default(0) }), watch),
  unwatch: request(onTicket, async (input, asked) => {
    unwatch(asked, input.number);
    return undefined;
  }),
  reply: request(
    z.strictObject({ clientId, number, text: z.string().max(20_000), files }),
    async ({ number, ...answer }, { desk, agent }) =>
      written(await desk.actions.reply(agent, number, { ...answer, files: answer.files ?? [] })),
  ),
  note: request(
    z.strictObject({ clientId, number, text: z.string().max(20_000), files }),
    async ({ number, ...answer }, { desk, agent }) =>
      written(await desk.actions.note(agent, number, { ...answer, files: answer.files ?? [] })),
  ),
  claim: request(onTicket, async ({ number }, { desk, agent }) => changed(await desk.actions.claim(agent, number))),
  release: request(onTicket, async ({ number }, { desk, agent }) => changed(await desk.actions.release(agent, number))),
  handOver: request(
    z.union([
      z.strictObject({ number, agent: z.string().min(1).max(100) }),
      z.strictObject({ number, queue: z.string().min(1).max(100) }),
    ]),
    async ({ number, ...to }, { desk, agent }) => changed(await desk.actions.handOver(agent, number, to)),
  ),
  resolve: request(ending, async ({ number, reason }, { desk, agent }) =>
    changed(await desk.actions.resolve(agent, number, reason)),
  ),
  close: request(ending, async ({ number, reason }, { desk, agent }) =>
    changed(await desk.actions.close(agent, number, reason)),
  ),
  reopen: request(onTicket, async ({ number }, { desk, agent }) => changed(await desk.actions.reopen(agent, number))),
  seen: request(z.strictObject({ number, upTo: z.int().min(0) }), async ({ number, upTo }, { desk, agent }) => {
    await desk.actions.seen(agent, number, upTo);
    return undefined;
  }),
  typing: request(onTicket, typing),
};

/** Answers every event of a socket, with `{ok: true, …}` or `{ok: false, error: {code, message}}`; never throws, never hangs. */
export function answerRequests(desk: AgentsDesk, socket: Socket): void {
  const watched = new Set<number>();
  socket.data.watched = watched;
  let left = REQUESTS_PER_MINUTE;
  const refill = setInterval(() => {
    left = REQUESTS_PER_MINUTE;
  }, 60_000);
  socket.on("disconnect", () => {
    clearInterval(refill);
    for (const number of watched) unwatch({ desk, socket }, number);
  });
  socket.onAny((event: string, ...given: unknown[]) => {
    const last = given.at(-1);
    const reply = typeof last === "function" ? (last as (answer: object) => void) : () => undefined;
    const input = typeof given[0] === "function" ? undefined : given[0];
    if (left-- <= 0)
      return reply(failure(new Refusal("rate_limited", "That was too much in a minute. Wait a little.", 429)));
    const { agent } = socket.data.caller as Caller;
    const known = Object.hasOwn(requests, event) ? requests[event as keyof typeof requests] : undefined;
    if (!known) return reply(failure(new Refusal("unknown_event", "There is no such event.")));
    known.run(input, { desk, socket, agent }).then(
      (answer) => reply({ ok: true, ...answer }),
      (fault) => reply(failure(fault, desk)),
    );
  });
}

function parse<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal("invalid", `${issue?.path.join(".") || "The payload"}: ${issue?.message ?? "is not as expected"}`);
}

function failure(fault: unknown, desk?: AgentsDesk): object {
  const known = fault instanceof Refusal ? fault : isStoreFault(fault) ? new NotStored(fault) : null;
  if (!known) desk?.core.log.error({ fault }, "an agent's request failed");
  const { code, message } = known ?? { code: "internal", message: "This went wrong on our side. Please try again." };
  return { ok: false, error: { code, message } };
}

function changed(ticket: Ticket): Answer {
  return { ticket: ticketSummary(ticket) };
}

function written(message: Parameters<typeof messageView>[0]): Answer {
  return { id: message._id, seq: message.seq, message: messageView(message) };
}

/** Joins before it reads, so that nothing falls between; what comes twice carries the same seq. */
async function watch(
  { number, after }: { number: number; after: number },
  { desk, socket, agent }: Asked,
): Promise<Answer> {
  const watched = socket.data.watched as Set<number>;
  if (!watched.has(number)) {
    if (watched.size >= MOST_WATCHED)
      throw new Refusal("too_many", `A connection watches at most ${MOST_WATCHED} tickets.`);
    const ticket = await desk.core.store.tickets.findOne({ number }, { projection: { conversation: 1 } });
    if (!ticket) throw new Refusal("not_found", "There is no such ticket.", 404);
    await socket.join(roomOf(number));
    if (socket.disconnected) return undefined;
    watched.add(number);
    desk.live.watch(number, ticket);
  }
  const messages = await desk.live.read(number, after);
  desk.viewing.looks(number, socket.id, { id: agent._id, name: agent.name });
  return { messages };
}

function unwatch({ desk, socket }: Pick<Asked, "desk" | "socket">, number: number): void {
  const watched = socket.data.watched as Set<number>;
  if (!watched.delete(number)) return;
  void socket.leave(roomOf(number));
  desk.live.unwatch(number);
  desk.viewing.leaves(number, socket.id);
}

async function typing({ number }: { number: number }, { desk, agent }: Asked): Promise<Answer> {
  const ticket = await desk.core.store.tickets.findOne({ number }, { projection: { conversation: 1 } });
  if (!ticket) throw new Refusal("not_found", "There is no such ticket.", 404);
  const by = { id: agent._id, name: agent.name };
  desk.core.whispers.say({ about: "typing", conversation: ticket.conversation, by: "agent", number, agent: by });
  return undefined;
}
