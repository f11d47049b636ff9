import { randomUUID } from "node:crypto";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { CustomerMessage, CustomerTicket } from "../../src/types.ts";
import { eventually } from "./eventually.ts";

/** How long a socket may take to answer before the test calls it silent. */
const ANSWER_MS = 10_000;

/** What every event from a client is answered with; the rest depends on the event. */
export type Ack = { ok: boolean; error?: { code: string; message: string } } & Record<string, unknown>;

export interface Session {
  token: string;
  visitor: string;
  inbox: string;
  languages: string[];
}

/** A customer at the web chat's socket, without a browser. */
export interface Visitor {
  socket: Socket;
  session: Session;
  /** What was pushed to it, in the order it came. */
  messages: CustomerMessage[];
  tickets: CustomerTicket[];
  send(text: string, clientId?: string, files?: string[]): Promise<Ack>;
  ask(event: string, ...payload: unknown[]): Promise<Ack>;
  history(after?: number): Promise<CustomerMessage[]>;
  /** The first message pushed so far or from now on that fits. */
  receives(fits: (message: CustomerMessage) => boolean): Promise<CustomerMessage>;
  close(): void;
}

/** Connects a customer; without a token, a new one. */
export async function visitor(
  gateway: { url: string },
  auth: Record<string, unknown> = {},
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<Visitor> {
  const socket = io(`${gateway.url}/chat`, {
    auth: { inbox: "website", language: "en", ...auth },
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  const messages: CustomerMessage[] = [];
  const tickets: CustomerTicket[] = [];
  socket.on("message", (message: CustomerMessage) => messages.push(message));
  socket.on("ticket", (ticket: CustomerTicket) => tickets.push(ticket));
  const session = await first<Session>(socket, "session");
  const ask = (event: string, ...payload: unknown[]): Promise<Ack> =>
    socket.timeout(ANSWER_MS).emitWithAck(event, ...payload);
  return {
    socket,
    session,
    messages,
    tickets,
    ask,
    send: (text, clientId = randomUUID(), files) => ask("message", { clientId, text, ...(files ? { files } : {}) }),
    async history(after = 0) {
      const answer = await ask("history", { after });
      if (!answer.ok) throw new Error(`no history: ${JSON.stringify(answer.error)}`);
      return answer.messages as CustomerMessage[];
    },
    receives: (fits) =>
      eventually(() => {
        const found = messages.find(fits);
        if (!found) throw new Error(`not among the ${messages.length} messages received: ${JSON.stringify(messages)}`);
        return found;
      }),
    close: () => socket.disconnect(),
  };
}

/** The first event of this name, or the reason why the connection was refused. */
export function first<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error(`no ${event} within ${ANSWER_MS} ms`)), ANSWER_MS);
    const fail = (fault: Error) => {
      clearTimeout(timer);
      socket.disconnect();
      reject(fault);
    };
    socket.once("connect_error", fail);
    socket.once(event, (payload: T) => {
      clearTimeout(timer);
      socket.off("connect_error", fail);
      resolve(payload);
    });
  });
}
