import { io, type Socket } from "socket.io-client";
import { Problem } from "./api.ts";
import { checkSession } from "./session.svelte.ts";
import type { AgentView, DeliveryState, MessageView, Named, TicketSummary } from "./types.ts";

/** A durable answer takes milliseconds; after this long the connection is taken for dead, and what was sent is sent again. */
const ACK_TIMEOUT = 10_000;
/** A timer this much late means that the machine slept and its socket may be dead unknown to us; hidden tabs are late by up to 60 s. */
const SLEPT = 90_000;
const HEARTBEAT = 5_000;
/** Shorter breaks than this are not worth a bar across the screen. */
const NOTICEABLE = 1_200;
/** What is clicked while the page is still connecting may wait this long before it is said that nobody answers. */
const PATIENCE = 3_000;
const RECONNECT_SOONEST = 500;
const RECONNECT_LATEST = 5_000;

/** Everything that the server tells agents. */
export interface ServerEvents {
  hello(body: { agent: AgentView; queues: Named[]; available: boolean }): void;
  ticket(ticket: TicketSummary): void;
  message(body: { number: number; previous: number; message: MessageView }): void;
  state(body: { number: number; id: string; seq: number; state: DeliveryState; reason?: string }): void;
  typing(body: { number: number; name: string }): void;
  viewing(body: { number: number; agents: Named[] }): void;
  presence(body: { agents: { id: string; name: string; available: boolean; online: boolean }[] }): void;
}

interface ClientEvents {
  [event: string]: (body: object, ack: (answer: Answer) => void) => void;
}

type Answer = { ok: true; [field: string]: unknown } | { ok: false; error: { code: string; message: string } };

let socket: Socket<ServerEvents, ClientEvents> | null = null;
let online = $state(false);
let troubled = $state(false);
let trouble: ReturnType<typeof setTimeout> | undefined;
const listeners: { [Name in keyof ServerEvents]?: ServerEvents[Name][] } = {};
const connected: (() => void)[] = [];

/** The live connection: `online` now, `troubled` when it has been away long enough to say so. */
export const connection = {
  get online(): boolean {
    return online;
  },
  get troubled(): boolean {
    return troubled;
  },
};

/** Connects as whoever the cookie says; what ends it disconnects. */
export function connect(): () => void {
  const created: Socket<ServerEvents, ClientEvents> = io("/agent", {
    withCredentials: true,
    reconnectionDelay: RECONNECT_SOONEST,
    reconnectionDelayMax: RECONNECT_LATEST,
  });
  socket = created;
  for (const [name, group] of Object.entries(listeners))
    for (const one of group) created.on(name as keyof ServerEvents, one as never);
  created.on("connect", () => {
    setOnline(true);
    for (const listener of [...connected]) listener();
  });
  created.on("disconnect", (reason) => {
    setOnline(false);
    // Put out by the server: signed out elsewhere, disabled, or it stops. It does not call back by itself.
    if (reason === "io server disconnect") reconnectLater(created);
  });
  created.on("connect_error", () => {
    setOnline(false);
    if (!created.active) reconnectLater(created);
  });
  setOnline(false);
  const stopWatching = watchForSleep(created);
  return () => {
    stopWatching();
    created.disconnect();
    socket = null;
    setOnline(true);
    online = false;
  };
}

/** Hears one kind of event, over all reconnections; returns what ends it. */
export function hear<Name extends keyof ServerEvents>(name: Name, listener: ServerEvents[Name]): () => void {
  listeners[name] ??= [];
  const group = listeners[name] as ServerEvents[Name][];
  group.push(listener);
  socket?.on(name, listener as never);
  return () => {
    group.splice(group.indexOf(listener), 1);
    socket?.off(name, listener as never);
  };
}

/** Calls back at every connection, the first one too: time to read again what changed meanwhile. */
export function onConnected(listener: () => void): () => void {
  connected.push(listener);
  if (online) listener();
  return () => {
    connected.splice(connected.indexOf(listener), 1);
  };
}

/** Asks the server and waits for its answer; rejects with Problem, `offline` when none came. */
export async function ask(event: string, body: object): Promise<Record<string, unknown>> {
  if (!socket?.connected) throw new Problem(0, "offline", "");
  const answer: Answer = await socket
    .timeout(ACK_TIMEOUT)
    .emitWithAck(event, body)
    .catch(() => {
      throw new Problem(0, "offline", "");
    });
  if (!answer.ok) throw new Problem(400, answer.error.code, answer.error.message);
  return answer;
}

/** The same for what an agent clicks: it waits a moment for a connection that is just being made. */
export async function askPatiently(event: string, body: object): Promise<Record<string, unknown>> {
  if (!socket?.connected) await connectedSoon();
  return ask(event, body);
}

/** Says something that needs no answer and may be lost. */
export function tell(event: string, body: object): void {
  socket?.volatile.emit(event, body, () => {});
}

function connectedSoon(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, PATIENCE);
    connected.push(end);
    function end(): void {
      clearTimeout(timer);
      connected.splice(connected.indexOf(end), 1);
      resolve();
    }
  });
}

function reconnectLater(created: Socket): void {
  void checkSession();
  setTimeout(() => {
    if (socket === created && !created.connected) created.connect();
  }, RECONNECT_LATEST);
}

function setOnline(now: boolean): void {
  online = now;
  if (!now) {
    // Each try that fails comes here again, and must not put it off.
    trouble ??= setTimeout(() => (troubled = true), NOTICEABLE);
    return;
  }
  clearTimeout(trouble);
  trouble = undefined;
  troubled = false;
}

function watchForSleep(created: Socket): () => void {
  let last = Date.now();
  const renew = (): void => {
    created.disconnect();
    created.connect();
  };
  const beat = setInterval(() => {
    if (Date.now() - last > SLEPT) renew();
    last = Date.now();
  }, HEARTBEAT);
  // "offline" too: the browser knows before the heartbeat does, and a gateway on this very machine is still there.
  window.addEventListener("online", renew);
  window.addEventListener("offline", renew);
  return () => {
    clearInterval(beat);
    window.removeEventListener("online", renew);
    window.removeEventListener("offline", renew);
  };
}
