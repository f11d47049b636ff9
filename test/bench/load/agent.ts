import { io } from "socket.io-client";

/** How long after the last one was written a message may take to arrive. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 10;
/** Faster than any person is done with a ticket. */
const RESOLVED_AFTER_MS = 5_000;

/** An agent at the socket, who watches whatever ticket is theirs. */
export interface Agent {
  watched: Set<number>;
  /** From now on, what is given to them is resolved a little later. */
  resolve(): void;
  /** When each of these messages arrived, by its client id; leaves out what has not come in time. */
  seen(clientIds: Set<string>): Promise<Map<string, number>>;
}

interface News {
  number: number;
  assignee: { id: string } | null;
}

export async function connectAgent(url: string, key: string, watching: boolean): Promise<Agent> {
  const socket = io(`${url}/agent`, { auth: { key }, transports: ["websocket"], forceNew: true, reconnection: false });
  const arrivals = new Map<string, number>();
  const watched = new Set<number>();
  const asked = new Set<number>();
  let resolving = false;
  socket.on("message", ({ message }: { message: { id: string } }) => {
    const at = performance.now();
    arrivals.set(message.id.slice(message.id.lastIndexOf("/") + 1), at);
  });
  const hello = new Promise<{ agent: { id: string } }>((resolve, reject) => {
    socket.once("hello", resolve);
    socket.once("connect_error", reject);
  });
  const { agent } = await hello;
  socket.on("ticket", ({ number, assignee }: News) => {
    if (assignee?.id !== agent.id || asked.has(number)) return;
    asked.add(number);
    if (watching) socket.emit("watch", { number, after: 0 }, () => watched.add(number));
    else if (resolving) setTimeout(() => socket.emit("resolve", { number }), RESOLVED_AFTER_MS);
  });
  return {
    watched,
    resolve: () => {
      resolving = true;
    },
    async seen(clientIds) {
      const deadline = performance.now() + PATIENCE_MS;
      const all = () => [...clientIds].every((id) => arrivals.has(id));
      while (!all() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      return new Map([...arrivals].filter(([id]) => clientIds.has(id)));
    },
  };
}
