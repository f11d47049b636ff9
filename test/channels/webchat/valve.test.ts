import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import { expect, test } from "@jest/globals";
import { io } from "socket.io-client";
import { closeSockets, namespace, type Socket } from "../../../adapters/socketio.ts";
import { createValve, weight } from "../../../channels/webchat/valve.ts";

test("a reader who never reads is let go before much waits for them; who reads may be sent any amount", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const connected = once(namespace(server, "/test"), "connection");
  const client = io(`http://127.0.0.1:${(server.address() as AddressInfo).port}/test`, {
    transports: ["websocket"],
    reconnection: false,
  });
  const [socket] = (await connected) as [Socket];
  const valve = createValve(socket);
  const message = {
    id: "1",
    seq: 1,
    previous: 0,
    from: "agent",
    text: "x".repeat(50_000),
    files: [],
    at: new Date(),
  } as const;
  const send = () => {
    const passed = valve.pass(weight({ ...message, files: [] }));
    if (passed) socket.emit("message", message);
    return passed;
  };

  client.on("ping", (answer: () => void) => answer());
  for (let sent = 0; sent < 200; sent++) {
    expect(send()).toBe(true);
    if (sent % 10 === 0) await socket.timeout(5_000).emitWithAck("ping");
  }
  const gone = once(socket, "disconnect");
  const { ws } = client.io.engine.transport as unknown as { ws: { _socket: TcpSocket } };
  ws._socket.pause();
  let most = 0;
  while (send()) {
    most++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  // What the kernel takes, and about a megabyte of ours.
  expect(most).toBeLessThan(1_000);
  await gone;
  ws._socket.destroy();
  client.disconnect();
  await closeSockets(server);
  server.closeAllConnections();
  server.close();
});
