import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A starting store is asked this often whether it listens. */
const ASK_EVERY_MS = 25;

/** The preferred port of the loopback interface if it is free, else any that is. */
export async function freePort(preferred = 0): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? Promise.reject(new Error("no port is free on 127.0.0.1"));
}

/** Resolves as soon as something listens on the port; rejects with the signal's reason when that comes first. */
export async function untilListening(port: number, signal: AbortSignal): Promise<void> {
  while (!(await listens(port))) await pause(ASK_EVERY_MS, undefined, { signal });
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}
