import { type Namespace, namespace, type Socket } from "../../adapters/socketio.ts";
import { Refusal } from "../../src/errors.ts";
import type { Host } from "../../src/types.ts";
import { converse } from "./conversation.ts";
import type { Limits } from "./limits.ts";
import { requireOrigin } from "./origins.ts";
import type { WebchatInbox } from "./schema.ts";
import { type Admission, admit, issueToken } from "./session.ts";

/** What the sockets and the file routes stand on. */
export interface Desk {
  host: Host;
  inboxes: Map<string, WebchatInbox>;
  limits: Limits;
}

/** Serves the namespace `/chat`; returns what ends it: answers under way are finished, then everyone is let go. */
export function serveSockets(desk: Desk): () => Promise<void> {
  const chat = namespace(desk.host.server, "/chat");
  const underWay = new Set<Promise<unknown>>();
  const door = { closing: false, underWay };
  chat.use((socket, next) => {
    enter(socket, desk).then(
      (admission) => {
        socket.data = admission;
        next();
      },
      (fault) => next(connectError(fault, desk.host)),
    );
  });
  chat.on("connection", (socket) => greet(socket, socket.data as Admission, desk, door));
  return () => leave(chat, door);
}

async function enter(socket: Socket, { host, inboxes, limits }: Desk): Promise<Admission> {
  const address = host.clientAddress(socket.request);
  const admission = await admit(socket.handshake.auth, inboxes, host.secret);
  const { inbox } = admission.visitor;
  await limits.connect(inbox, address);
  const settings = inboxes.get(inbox);
  if (settings) requireOrigin(settings, socket.handshake.headers);
  return admission;
}

function connectError(fault: unknown, host: Host): Error {
  if (!(fault instanceof Refusal)) host.log.error({ fault }, "a web chat handshake failed");
  const { code, message } =
    fault instanceof Refusal ? fault : { code: "internal", message: "We could not connect you just now." };
  return Object.assign(new Error(message), { data: { code, message } });
}

function greet(socket: Socket, admission: Admission, desk: Desk, door: Door): void {
  const { visitor } = admission;
  // The handlers first: what the client sends at once must not fall between.
  converse(socket, admission, desk, door);
  issueToken(visitor, desk.host.secret).then(
    (token) => {
      const settings = desk.inboxes.get(visitor.inbox);
      socket.emit("session", {
        token,
        visitor: visitor.id,
        inbox: visitor.inbox,
        name: settings?.name,
        languages: settings?.languages,
        open: desk.host.desk.isOpen(visitor.inbox, new Date()),
      });
    },
    (fault) => {
      desk.host.log.error({ fault }, "no token could be issued");
      socket.disconnect(true);
    },
  );
}

/** Whether the channel is closing, and the answers that it still owes. */
export interface Door {
  closing: boolean;
  underWay: Set<Promise<unknown>>;
}

async function leave(chat: Namespace, door: Door): Promise<void> {
  door.closing = true;
  await Promise.allSettled(door.underWay);
  chat.removeAllListeners("connection");
  chat.disconnectSockets(true);
}
