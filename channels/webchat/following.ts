import type { Socket } from "../../adapters/socketio.ts";
import type { CustomerMessage, Host, Signal } from "../../src/types.ts";
import type { Visitor } from "./session.ts";
import { createValve, weight } from "./valve.ts";

/** Live delivery to one socket. It starts where the client's own knowledge ends, and runs at most once at a time. */
export interface Following {
  /** Nothing more is emitted until `resume` with the answer; a later pause outdates it. */
  pause(): number;
  resume(turn: number, after: number): void;
  /** A client that never asks for its history has told us that it knows nothing yet: all is emitted. */
  ensure(): void;
  stop(): void;
  /** Bounds what waits for this reader. */
  pass(bytes: number): boolean;
}

export function createFollowing(socket: Socket, { inbox, id: visitor }: Visitor, host: Host): Following {
  const valve = createValve(socket);
  let unfollow = () => {};
  let turn = 0;
  let tickets = 0;

  function follow(after: number): void {
    if (!socket.connected) return;
    unfollow = host.live.follow(inbox, visitor, after, {
      message: show,
      ticket(ticket) {
        tickets += 1;
        socket.emit("ticket", ticket);
      },
      typing: (name) => socket.volatile.emit("typing", { name }),
    });
    showTicket().catch((fault) => host.log.warn({ fault, inbox, visitor }, "a visitor's ticket was not found out"));
  }

  function show(message: CustomerMessage): void {
    if (!socket.connected || !valve.pass(weight(message))) return;
    if (message.from === "customer") socket.emit("message", message);
    else socket.emit("message", message, () => delivered(message));
  }

  /** What the client lacks is the state alone, so a fault here only costs the agent a tick mark. */
  function delivered(message: CustomerMessage): void {
    const signal: Signal = {
      inbox,
      channel: "webchat",
      conversationId: visitor,
      kind: "delivery",
      target: message.id,
      state: "delivered",
      at: new Date(),
    };
    host.receive(signal).catch((fault) => host.log.warn({ fault, message: message.id }, "a delivery went unrecorded"));
  }

  async function showTicket(): Promise<void> {
    const before = tickets;
    const ticket = await host.desk.ticket(inbox, visitor);
    // News that came meanwhile is newer than this answer.
    if (ticket && before === tickets) socket.emit("ticket", ticket);
  }

  function pause(): number {
    unfollow();
    unfollow = () => {};
    turn += 1;
    return turn;
  }

  return {
    pause,
    resume(paused, after) {
      if (paused === turn) follow(after);
    },
    ensure() {
      if (turn > 0) return;
      pause();
      follow(0);
    },
    stop: () => void pause(),
    pass: valve.pass,
  };
}
