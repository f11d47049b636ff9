import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { MongoClient } from "mongodb";
import { findStores, type StoreChange, type Stores, startStores } from "../../../adapters/embedded/index.ts";
import { isRunning } from "../../../adapters/embedded/process-identity.ts";
import { readRecords } from "../../../adapters/embedded/records.ts";
import { eventually } from "../../support/eventually.ts";
import { type Process, startProcess } from "../../support/processes.ts";

const EMBEDDED = resolve("dist/adapters/embedded/index.js");
/** A gateway that does nothing but run stores. */
const GATEWAY = `
  const { startStores } = await import(process.argv[1]);
  const say = (line) => console.log(line);
  const stores = await startStores({ dataDir: process.argv[2], environment: process.env, say, address: "http://127.0.0.1:3000" });
  process.once("SIGTERM", async () => { await stores.stop(); process.exit(0); });
  console.log("ready");
  setInterval(() => {}, 1000);`;

let dataDir: string;
let said: string[];
let changes: StoreChange[];
let running: (Stores | Process)[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "firstline-stores-"));
  said = [];
  changes = [];
  running = [];
});

afterEach(async () => {
  for (const each of running.reverse()) await each.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("stores of our own", () => {
  test("keep their data and their ports when they are stopped and started again", async () => {
    const first = await start();
    await write(first, "one");
    await first.stop();
    const second = await start();
    expect(second.mongodbUrl).toBe(first.mongodbUrl);
    expect(second.redisUrl).toBe(first.redisUrl);
    expect(await readBoth(second)).toEqual({ mongodb: ["one"], redis: "one" });
  });

  test("are a replica set that can run transactions, and a Redis that evicts nothing and appends to a file", async () => {
    const { mongodbUrl, redisUrl } = await start();
    await withMongo(mongodbUrl, async (client) => {
      await client.db().createCollection("things");
      await client.withSession((session) =>
        session.withTransaction(() => client.db().collection("things").insertOne({ n: 1 }, { session })),
      );
      expect(await client.db().collection("things").countDocuments()).toBe(1);
    });
    await withRedis(redisUrl, async (redis) => {
      expect(await redis.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
      expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
      expect(await redis.config("GET", "bind")).toEqual(["bind", "127.0.0.1"]);
    });
  });

  test("are started again on the same ports, with their data, when they are killed", async () => {
    const stores = await start();
    await write(stores, "kept");
    kill("mongodb");
    kill("redis");
    await eventually(() =>
      expect(
        changes
          .filter(({ up }) => up)
          .map(({ store }) => store)
          .sort(),
      ).toEqual(["MongoDB", "Redis"]),
    );
    expect((await readBoth(stores)).mongodb).toEqual(["kept"]);
    expect(changes.filter(({ up }) => !up).map(({ reason }) => reason)).toEqual([
      "it ended with SIGKILL",
      "it ended with SIGKILL",
    ]);
  });

  test("are taken over from a gateway that was killed, data and all", async () => {
    const gateway = await startGateway();
    await write(await urls(), "kept");
    const { mongodb, redis } = readRecords(dataDir);
    await gateway.kill();
    const stores = await start();
    expect(said.filter((line) => line.includes("left behind by a gateway that was killed"))).toHaveLength(2);
    expect((await readBoth(stores)).mongodb).toEqual(["kept"]);
    for (const left of [mongodb, redis]) expect(left?.process && isRunning(left.process)).toBe(false);
  });

  test("start after a gateway and both stores were killed at once", async () => {
    const gateway = await startGateway();
    await write(await urls(), "kept");
    kill("mongodb");
    kill("redis");
    await gateway.kill();
    kill("mongodb");
    kill("redis");
    expect((await readBoth(await start())).mongodb).toEqual(["kept"]);
  });

  test("refuse a second gateway on the same data, and say which process has it and where it listens", async () => {
    const gateway = await startGateway();
    await expect(start()).rejects.toMatchObject({
      name: "StartFault",
      message: expect.stringMatching(new RegExp(`process ${gateway.pid}, at http://127.0.0.1:3000`)),
    });
    expect(await gateway.stop()).toBe(0);
    await start();
  });

  test("are found by programs beside the gateway while it runs, and not after", async () => {
    expect(findStores(dataDir)).toEqual({});
    const { mongodbUrl, redisUrl, stop } = await start();
    expect(findStores(dataDir)).toEqual({ mongodbUrl, redisUrl });
    await stop();
    expect(findStores(dataDir)).toEqual({});
  });

  test("move to another port when theirs was taken meanwhile, and keep their data", async () => {
    const first = await start();
    await write(first, "kept");
    await first.stop();
    const takers = await Promise.all([
      taker(readRecords(dataDir).mongodb?.port),
      taker(readRecords(dataDir).redis?.port),
    ]);
    try {
      const second = await start();
      expect(second.mongodbUrl).not.toBe(first.mongodbUrl);
      expect(await readBoth(second)).toEqual({ mongodb: ["kept"], redis: "kept" });
    } finally {
      for (const server of takers) server.close();
    }
  });

  test("leave out the one whose url is given", async () => {
    const others = await start();
    const dir = mkdtempSync(join(tmpdir(), "firstline-stores-"));
    const stores = await startStores({ dataDir: dir, environment: process.env, say, mongodbUrl: others.mongodbUrl });
    running.push(stores);
    expect(stores.mongodbUrl).toBe(others.mongodbUrl);
    expect(stores.notes).toEqual([expect.stringMatching(/^Redis \d/)]);
    expect(Object.keys(readRecords(dir))).toEqual(["redis"]);
    await stores.stop();
    rmSync(dir, { recursive: true });
  });

  test("say why MongoDB does not start, and leave nothing running", async () => {
    writeFileSync(join(dataDir, "mongodb"), "a file where the folder should be");
    await expect(start()).rejects.toMatchObject({ name: "StartFault", message: expect.stringContaining("DATA_DIR") });
    expect(findStores(dataDir)).toEqual({});
    rmSync(join(dataDir, "mongodb"));
    const stores = await start();
    await stores.stop();
    writeFileSync(join(dataDir, "mongodb", "WiredTiger.turtle"), "damaged");
    await expect(start()).rejects.toMatchObject({
      name: "StartFault",
      message: expect.stringMatching(/^MongoDB \d.* does not start: .+\nIts log: .*mongod\.log/),
    });
  });

  test("start anew without the file of Redis when it cannot be read, as it holds hints only", async () => {
    const first = await start();
    await write(first, "kept");
    await first.stop();
    writeFileSync(join(dataDir, "redis", "appendonlydir", "appendonly.aof.manifest"), "nonsense");
    expect(await readBoth(await start())).toEqual({ mongodb: ["kept"], redis: null });
    expect(said).toContainEqual(expect.stringContaining("Redis could not read its file, which was moved to"));
  });

  test("stop when the start is called off", async () => {
    const signal = AbortSignal.timeout(100);
    await expect(startStores({ dataDir, environment: process.env, say, signal })).rejects.toThrow();
    expect(findStores(dataDir)).toEqual({});
    await start();
  });
});

async function start(): Promise<Stores> {
  const stores = await startStores({
    dataDir,
    environment: process.env,
    say,
    onChange: (change) => changes.push(change),
  });
  running.push(stores);
  return stores;
}

function say(line: string): void {
  said.push(line);
}

async function startGateway(): Promise<Process> {
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
  const args = ["--input-type=module", "-e", GATEWAY, EMBEDDED, dataDir];
  const gateway = startProcess(process.execPath, args, { env });
  running.push(gateway);
  await eventually(() => expect(gateway.lines).toContain("ready"));
  return gateway;
}

async function urls(): Promise<{ mongodbUrl: string; redisUrl: string }> {
  const { mongodbUrl = "", redisUrl = "" } = findStores(dataDir);
  return { mongodbUrl, redisUrl };
}

function kill(store: "mongodb" | "redis"): void {
  const pid = readRecords(dataDir)[store]?.process?.pid;
  if (pid === undefined) throw new Error(`${store} does not run`);
  try {
    process.kill(pid, "SIGKILL");
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "ESRCH") throw fault;
  }
}

async function taker(port = 0): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

async function write(stores: { mongodbUrl: string; redisUrl: string }, word: string): Promise<void> {
  await withMongo(stores.mongodbUrl, (client) =>
    client
      .db()
      .collection("words")
      .insertOne({ word }, { writeConcern: { w: "majority", j: true } }),
  );
  await withRedis(stores.redisUrl, (redis) => redis.set("word", word));
}

async function readBoth(stores: {
  mongodbUrl: string;
  redisUrl: string;
}): Promise<{ mongodb: string[]; redis: string | null }> {
  const words = await withMongo(stores.mongodbUrl, (client) => client.db().collection("words").find().toArray());
  return {
    mongodb: words.map(({ word }) => word),
    redis: await withRedis(stores.redisUrl, (redis) => redis.get("word")),
  };
}

async function withMongo<T>(url: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await new MongoClient(url).connect();
  return use(client).finally(() => client.close());
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  return use(redis).finally(() => redis.disconnect());
}
