import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { eventually } from "./eventually.ts";
import { type Ack, first } from "./visitor.ts";

const ANSWER_MS = 10_000;

/** An event that the server pushed, with its name. */
export interface Pushed {
  event: string;
  data: unknown;
}

/** An agent at the agents' socket, without a browser. */
export interface AgentSocket {
  socket: Socket;
  hello: { agent: { id: string; name: string }; queues: { id: string; name: string }[]; available: boolean };
  pushed: Pushed[];
  ask(event: string, payload?: unknown): Promise<Ack>;
  reply(number: number, text: string, clientId?: string): Promise<Ack>;
  /** The first event of this name, pushed so far or from now on, that fits. */
  receives<T>(event: string, fits?: (data: T) => boolean): Promise<T>;
  close(): void;
}

/** Connects an agent by key or cookie. */
export async function agentSocket(
  gateway: { url: string },
  credentials: { key: string } | { cookie: string },
): Promise<AgentSocket> {
  const socket = io(`${gateway.url}/agent`, {
    ...("key" in credentials
      ? { auth: { key: credentials.key } }
      : { extraHeaders: { cookie: credentials.cookie, origin: gateway.url } }),
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
  });
  const pushed: Pushed[] = [];
  socket.onAny((event: string, data: unknown) => pushed.push({ event, data }));
  const hello = await first<AgentSocket["hello"]>(socket, "hello");
  const ask = (event: string, payload?: unknown): Promise<Ack> =>
    socket.timeout(ANSWER_MS).emitWithAck(event, ...(payload === undefined ? [] : [payload]));
  return {
    socket,
    hello,
    pushed,
    ask,
    reply: (number, text, clientId = randomUUID()) => ask("reply", { clientId, number, text }),
    receives: <T>(event: string, fits: (data: T) => boolean = () => true) =>
      eventually(() => {
        const found = pushed.find((one) => one.event === event && fits(one.data as T));
        if (!found) throw new Error(`no such ${event} among: ${JSON.stringify(pushed).slice(0, 2000)}`);
        return found.data as T;
      }),
    close: () => socket.disconnect(),
  };
}
