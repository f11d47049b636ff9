import { io, WebSocket, XHR } from "socket.io-client";
import type { Memory } from "./memory.ts";
import { currentIdentity, type Settings } from "./settings.ts";
import type { Answer, WireError, WireMessage, WireSession, WireTicket } from "./wire.ts";

/** A gateway that has not answered by then is as good as gone: the same is sent again. */
const ANSWER_MS = 10_000;
/** After a refusal that may pass: nobody hammers a gateway that is busy. */
const RETRY_MS = 10_000;
/** The site could not say who the visitor is: its own network fault, most likely. */
const UNPROVEN_MS = 3_000;
/** Refusals that a new visitor does not meet: the token is dropped. */
const BAD_TOKEN = ["token_expired", "token_invalid", "identity_required"];
/** Refusals that only the site's owner can do something about. */
const FINAL = ["unknown_inbox", "origin_not_allowed", "invalid", "identity_invalid"];

export interface LinkEvents {
  /** A session has begun: what was missed may be asked for. */
  session(session: WireSession): void;
  message(message: WireMessage): void;
  ticket(ticket: WireTicket): void;
  typing(agentName: string): void;
  lost(): void;
  /** The token was refused: the next session is another visitor's. */
  forgotten(): void;
  refused(error: WireError): void;
}

/** The connection to the gateway; it mends itself. */
export interface Link {
  connect(): void;
  /** Connects anew, as whoever the visitor is now. */
  renew(): void;
  /** Asks and waits for the answer; rejects when there is no connection or no answer in time. */
  ask<T = object>(event: string, payload: object): Promise<Answer<T>>;
  /** Says something that may get lost. */
  tell(event: string, payload: object): void;
}

export function createLink(settings: Settings, language: () => string, memory: Memory, events: LinkEvents): Link {
  let ready = false;
  const socket = io(new URL("/chat", settings.base).href, {
    path: `${settings.base.pathname}socket.io`,
    transports: [WebSocket, XHR],
    tryAllTransports: true,
    autoConnect: false,
    forceNew: true,
    // Who cannot be proven just now is not therefore somebody else: no connection rather than an anonymous one.
    auth: (send) => void credentials().then(send, unproven),
  });

  async function credentials(): Promise<object> {
    const identity = await currentIdentity();
    return {
      inbox: settings.inbox,
      // Who is proven needs no token, and their history is nothing for an anonymous one.
      ...(identity ? { identity } : { token: memory.get<string>("token") }),
      language: language(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
  }

  function unproven(): void {
    socket.disconnect();
    again(UNPROVEN_MS);
  }

  function again(after = RETRY_MS): void {
    setTimeout(() => socket.connect(), after);
  }

  socket.on("session", (session: WireSession) => {
    ready = true;
    events.session(session);
  });
  socket.on("message", (message: WireMessage, received?: () => void) => {
    events.message(message);
    received?.();
  });
  socket.on("ticket", (ticket: WireTicket) => events.ticket(ticket));
  socket.on("typing", ({ name }: { name: string }) => events.typing(name));
  socket.on("disconnect", (reason) => {
    ready = false;
    events.lost();
    // The gateway itself let us go, and socket.io would leave it at that.
    if (reason === "io server disconnect") again(RETRY_MS * Math.random());
  });
  socket.on("connect_error", (fault: Error & { data?: WireError }) => {
    const error = fault.data;
    events.lost();
    if (!error) return;
    if (BAD_TOKEN.includes(error.code)) {
      memory.remove("token");
      events.forgotten();
      socket.connect();
      return;
    }
    if (FINAL.includes(error.code)) console.warn(`Firstline: ${error.message}`);
    else again();
    events.refused(error);
  });

  return {
    connect: () => void socket.connect(),
    renew: () => void socket.disconnect().connect(),
    async ask<T>(event: string, payload: object) {
      if (!ready) throw new Error("not connected");
      return (await socket.timeout(ANSWER_MS).emitWithAck(event, payload)) as Answer<T>;
    },
    tell(event, payload) {
      if (ready) socket.volatile.emit(event, payload);
    },
  };
}
