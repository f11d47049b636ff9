import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findMongod } from "../../adapters/embedded/mongod-binary.ts";
import { freePort } from "../../adapters/embedded/ports.ts";
import { connectMongo } from "../../adapters/mongo.ts";
import { checkRedis } from "../../adapters/redis.ts";
import { StartFault } from "../../src/errors.ts";
import { eventually } from "../support/eventually.ts";
import { type OwnStores, startOwnStores } from "../support/own-stores.ts";
import { type Process, startProcess } from "../support/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "firstline-standalone-"));
let stores: OwnStores;
let standalone: Process;
let standaloneUrl: string;

beforeAll(async () => {
  stores = await startOwnStores();
  const { path } = await findMongod({ dataDir: folder, environment: process.env, say: () => undefined });
  const port = await freePort();
  standalone = startProcess(path, ["--dbpath", folder, "--port", String(port), "--bind_ip", "127.0.0.1"], {
    env: { LC_ALL: "C" },
  });
  standaloneUrl = `mongodb://127.0.0.1:${port}/firstline`;
}, 60_000);
afterAll(async () => {
  await standalone.stop();
  await stores.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a MongoDB without a replica set is refused, since it has no transactions, and the way out is told", async () => {
  const refusal = await eventually(async () => {
    const fault = await connectMongo(standaloneUrl).then(
      () => new Error("it was taken"),
      (reason: Error) => reason,
    );
    if (/does not answer/.test(fault.message)) throw fault;
    return fault;
  });
  expect(refusal).toBeInstanceOf(StartFault);
  expect(refusal.message).toMatch(/standalone.*--replSet/s);
});

test("an address is never shown with its password", async () => {
  const mongo = connectMongo("mongodb://user:secret@127.0.0.1:9/x");
  const redis = checkRedis("redis://user:secret@127.0.0.1:9");
  const faults = await Promise.all(
    [mongo, redis].map((start) =>
      start.then(
        () => "",
        (fault: Error) => fault.message,
      ),
    ),
  );
  for (const fault of faults) {
    expect(fault).toContain("127.0.0.1:9");
    expect(fault).not.toContain("secret");
  }
});

test("a Redis that may evict what it holds is refused, and the command that mends it is told", async () => {
  await expect(checkRedis(stores.redisUrl)).resolves.toBeUndefined();
  await tellRedis("CONFIG SET maxmemory-policy allkeys-lru");
  await expect(checkRedis(stores.redisUrl)).rejects.toThrow(/allkeys-lru.*config set maxmemory-policy noeviction/s);
  await tellRedis("CONFIG SET maxmemory-policy noeviction");
  await expect(checkRedis(stores.redisUrl)).resolves.toBeUndefined();
});

/** One inline command, as one would type it. */
function tellRedis(command: string): Promise<string> {
  const { hostname, port } = new URL(stores.redisUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\n`));
    socket.once("error", reject);
    socket.once("data", (answer) => {
      socket.destroy();
      resolve(answer.toString());
    });
  });
}
