import { io, type Socket } from "socket.io-client";

/** How long a connection or an answer may take before the load generator calls it lost. */
const PATIENCE_MS = 20_000;
const AT_ONCE = 50;
/** About what people write into a chat. */
const TEXT = "Hello, my parcel has not arrived yet. Can you tell me where it is? Thank you.";

/** Someone who writes; the same program for both sides. */
export interface Visitor {
  socket: Socket;
  /** Null once it is accepted, else why it was not. */
  send(clientId: string): Promise<string | null>;
}

/** Where visitors connect, and the event with which a side says that they may write. */
export interface Side {
  url: string;
  ready: "session" | "connect";
}

/** Connects so many visitors, some at a time. Those of ours do as the widget does: they ask for their history first. */
export async function connectVisitors(side: Side, count: number): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  while (visitors.length < count)
    visitors.push(
      ...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - visitors.length) }, () => connect(side)))),
    );
  return visitors;
}

async function connect({ url, ready }: Side): Promise<Visitor> {
  const socket = io(url, {
    auth: { inbox: "website", language: "en" },
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(ready, () => resolve());
    socket.once("connect_error", reject);
  });
  // As the widget does: a message that is not its own is confirmed.
  socket.on("message", (_message, ack) => ack?.());
  if (ready === "session") await socket.timeout(PATIENCE_MS).emitWithAck("history", { after: 0 });
  return {
    socket,
    send: (clientId) =>
      socket
        .timeout(PATIENCE_MS)
        .emitWithAck("message", { clientId, text: TEXT })
        .then(
          ({ ok, error }) => (ok === true ? null : (error?.code ?? "refused")),
          () => "no answer",
        ),
  };
}
