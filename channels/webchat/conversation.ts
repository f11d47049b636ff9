import { z } from "zod";
import type { Socket } from "../../adapters/socketio.ts";
import { Refusal } from "../../src/errors.ts";
import type { CustomerMessage } from "../../src/types.ts";
import { fileOwner } from "./files.ts";
import { createFollowing } from "./following.ts";
import { describe, parse } from "./parse.ts";
import type { Admission } from "./session.ts";
import type { Desk, Door } from "./socket.ts";
import { weight } from "./valve.ts";

/** A page of history stays near this, so that one answer never holds up the others on a thin line. */
const PAGE_BYTES = 128 * 1024;
const PAGE_MESSAGES = 100;

const seq = z.int().min(0);
const afterSchema = z.strictObject({ after: seq });
const upToSchema = z.strictObject({ upTo: seq.min(1) });

type Handler = (payload: unknown) => Promise<object>;

/** Serves one connected visitor until they leave; every event that brings an ack is answered, whatever it holds. */
export function converse(socket: Socket, admission: Admission, { host, limits }: Desk, door: Door): void {
  const { visitor } = admission;
  const address = host.clientAddress(socket.request);
  const following = createFollowing(socket, visitor, host);
  const upTo = { read: 0, delivered: 0 };
  const handlers = new Map<unknown, Handler>([
    ["message", message],
    ["history", history],
    ["read", (payload) => seen(payload, "read")],
    ["delivered", (payload) => seen(payload, "delivered")],
    ["typing", typing],
  ]);

  socket.onAny((event: unknown, ...values: unknown[]) => {
    const ack = typeof values.at(-1) === "function" ? (values.pop() as (answer: object) => void) : () => {};
    const answer = respond(event, values).then(ack);
    door.underWay.add(answer);
    answer.finally(() => door.underWay.delete(answer));
  });
  socket.on("disconnect", following.stop);

  async function respond(event: unknown, payloads: unknown[]): Promise<object> {
    try {
      if (door.closing) throw new Refusal("not_stored", "We are restarting. Please send it again in a moment.", 503);
      // Counted first: nonsense is not free.
      if (event === "message") await limits.message(visitor.inbox, visitor.id, address);
      else await limits.event(visitor.id);
      const handler = handlers.get(event);
      if (!handler) throw new Refusal("unknown_event", "There is no such event here.");
      if (payloads.length > 1) throw new Refusal("invalid", "An event carries one object.");
      return { ok: true, ...(await handler(payloads[0])) };
    } catch (fault) {
      if (fault instanceof Refusal) return { ok: false, error: { code: fault.code, message: fault.message } };
      host.log.error({ fault, inbox: visitor.inbox, visitor: visitor.id }, "a web chat event failed");
      return { ok: false, error: { code: "internal", message: "Something failed on our side. Please try again." } };
    }
  }

  async function message(payload: unknown): Promise<object> {
    const parsed = parse(payload, admission, new Date());
    if (!parsed.message) throw new Refusal(parsed.code, parsed.reason);
    const { message, files } = parsed;
    if (files.length > 0) {
      const id = `${message.inbox}/${message.externalId}`;
      message.attachments = await host.files.claim(files, fileOwner(visitor), id);
    }
    const { id, receivedAt } = await host.receive(message);
    following.ensure();
    return { id, receivedAt };
  }

  async function history(payload: unknown): Promise<object> {
    const { after } = checked(afterSchema, payload);
    const turn = following.pause();
    const found = await host.desk.history(visitor.inbox, visitor.id, after, PAGE_MESSAGES + 1);
    const messages = page(found);
    const more = messages.length < found.length;
    const bytes = messages.reduce((sum, each) => sum + weight(each), 0);
    if (!following.pass(bytes)) throw new Refusal("too_slow", "You read more slowly than we write.");
    // Once this answer has gone out, so that nothing overtakes it. What did not fit follows as pushes, unless asked for.
    setImmediate(() => following.resume(turn, messages.at(-1)?.seq ?? after));
    return { messages, more };
  }

  async function seen(payload: unknown, state: "read" | "delivered"): Promise<object> {
    const named = checked(upToSchema, payload).upTo;
    if (named <= upTo[state]) return {};
    const { inbox, id: conversationId } = visitor;
    const [found] = await host.desk.history(inbox, conversationId, named - 1, 1);
    if (found?.seq !== named) throw new Refusal("not_found", "There is no such message in this conversation.", 404);
    const at = new Date();
    await host.receive({ inbox, channel: "webchat", conversationId, kind: "delivery", upTo: named, state, at });
    upTo[state] = Math.max(upTo[state], named);
    return {};
  }

  async function typing(): Promise<object> {
    host.live.typing(visitor.inbox, visitor.id);
    return {};
  }
}

function checked<T>(schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw new Refusal("invalid", describe(parsed.error));
  return parsed.data;
}

/** As many messages as fit, at least one, so that a reader always gets on. */
function page(found: CustomerMessage[]): CustomerMessage[] {
  let bytes = 0;
  const fits = found.findIndex((message, index) => {
    bytes += weight(message);
    return index >= PAGE_MESSAGES || (index > 0 && bytes > PAGE_BYTES);
  });
  return fits < 0 ? found : found.slice(0, fits);
}
