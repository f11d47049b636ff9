import type { Server as HttpServer } from "node:http";
import { type Namespace, Server } from "socket.io";

export type { Namespace, Socket } from "socket.io";

/** Files go over HTTP, so that no frame needs to be larger. */
const FRAME_BYTES = 64 * 1024;
/** A dead phone is noticed within 45 s, before an agent counts as gone. */
const PING_MS = 20_000;
const PONG_MS = 25_000;
/** A handshake that dawdles longer is dropped. */
const HANDSHAKE_MS = 10_000;

const servers = new WeakMap<HttpServer, Server>();

/**
 * A namespace of the one socket.io server on this HTTP server. Browsers of any origin may open the transport:
 * each namespace decides whom it serves, by token and by origin.
 */
export function namespace(server: HttpServer, name: string): Namespace {
  let io = servers.get(server);
  if (!io) {
    io = new Server(server, {
      maxHttpBufferSize: FRAME_BYTES,
      perMessageDeflate: false,
      httpCompression: false,
      pingInterval: PING_MS,
      pingTimeout: PONG_MS,
      connectTimeout: HANDSHAKE_MS,
      serveClient: false,
      cors: { origin: true, credentials: false },
    });
    servers.set(server, io);
  }
  return io.of(name);
}

/** Says goodbye to every socket of this HTTP server, so that it can close. */
export async function closeSockets(server: HttpServer): Promise<void> {
  const io = servers.get(server);
  servers.delete(server);
  if (!io) return;
  io.disconnectSockets(true);
  io.engine.close();
}
