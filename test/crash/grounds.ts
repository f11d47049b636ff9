import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { startStores } from "../../adapters/embedded/index.ts";
import { findMongod } from "../../adapters/embedded/mongod-binary.ts";
import { freePort } from "../../adapters/embedded/ports.ts";
import { connectMongo } from "../../adapters/mongo.ts";
import { openStore, type Store } from "../../src/store.ts";
import { eventually } from "../support/eventually.ts";
import { startOwnStores } from "../support/own-stores.ts";
import { type Process, startProcess } from "../support/processes.ts";
import type { Ground } from "./world.ts";

const STARTS_WITHIN_MS = 60_000;

/** A ground that ends with its round. */
export interface OwnGround extends Ground {
  /** Opens the harness's own view, where the gateway was to be the first. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** One MongoDB and one Redis, as `npm start` runs them. */
export async function openGround(): Promise<OwnGround & { versions(): Record<string, string> }> {
  const stores = await startOwnStores();
  const database = await stores.openDatabase();
  return {
    mongodbUrl: database.mongodbUrl,
    redisUrl: database.redisUrl,
    store: () => database.store,
    ready: async () => undefined,
    versions: stores.versions,
    kill: stores.kill,
    freeze: stores.freeze,
    async close() {
      await database.close();
      await stores.stop();
    },
  };
}

/** A database that nobody has ever opened, on the same stores; the harness opens it once the gateway has. */
export async function freshDatabase(shared: Ground): Promise<OwnGround> {
  const name = `fresh_${randomBytes(6).toString("hex")}`;
  const mongodbUrl = Object.assign(new URL(shared.mongodbUrl), { pathname: name }).href;
  return onceUsed({ ...shared, mongodbUrl }, async () => undefined);
}

/** Three MongoDBs that elect one of them; `kill` ends whoever leads, and starts it again when the others have a new one. */
export async function replicaSet(): Promise<OwnGround> {
  const folder = mkdtempSync(join(tmpdir(), "firstline-replicas-"));
  const environment = process.env;
  const { path } = await findMongod({ dataDir: folder, environment, say: () => undefined });
  const members = await Promise.all(
    [0, 1, 2].map(async (id) => memberOf(join(folder, String(id)), path, await freePort())),
  );
  await Promise.all(members.map((member) => member.start()));
  await initiate(members.map(({ host }) => host));
  const seed = `mongodb://${members[0]?.host}/firstline?replicaSet=crash`;
  const stores = await startStores({
    dataDir: join(folder, "redis"),
    environment,
    say: () => undefined,
    mongodbUrl: seed,
  });
  const killPrimary = async () => {
    const leader = await primaryOf(members);
    await leader.kill();
    await primaryOf(members);
    await leader.start();
  };
  const ground = {
    mongodbUrl: seed,
    redisUrl: stores.redisUrl,
    kill: killPrimary,
    freeze: async () => {
      throw new Error("nothing is frozen here");
    },
  };
  return onceUsed(ground, async () => {
    await Promise.all(members.map((member) => member.kill()));
    await stores.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** This machine does not allow a row; it is left out, and said to be. */
export class LeftOut extends Error {}

/** Stores on a disk of their own that is soon full; rejects with LeftOut where nobody may mount one. */
export async function smallDisk(): Promise<OwnGround & { fill(): { free(): void } }> {
  const folder = mkdtempSync(join(tmpdir(), "firstline-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", folder], { stdio: "pipe" });
  } catch {
    rmSync(folder, { recursive: true });
    throw new LeftOut("left out: only root may mount a small disk");
  }
  const release = () => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const stores = await startStores({ dataDir: folder, environment: process.env, say: () => undefined });
    const nothing = async () => {
      throw new Error("nothing is killed or frozen here");
    };
    const ground = onceUsed({ ...stores, kill: nothing, freeze: nothing }, async () => {
      await stores.stop();
      release();
    });
    const filler = join(folder, "filler");
    return {
      ...ground,
      fill() {
        // Writes until nothing is left, which is what dd complains of.
        spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=64k"], { stdio: "ignore" });
        return { free: () => rmSync(filler) };
      },
    };
  } catch (fault) {
    release();
    throw fault;
  }
}

/** MongoDB with its journal takes about 350 MB. */
const DISK = "700m";

/** Opens the harness's own view when it is first asked for, which is when the gateway has made what it needs. */
function onceUsed(ground: Omit<Ground, "store">, close: () => Promise<void>): OwnGround {
  let store: Store | undefined;
  let opening: Promise<void> | undefined;
  const open = async () => {
    const mongo = await connectMongo(ground.mongodbUrl);
    store = await openStore(mongo);
  };
  return {
    ...ground,
    store() {
      opening ??= open();
      if (!store) throw new Error("not open yet");
      return store;
    },
    async ready() {
      opening ??= open();
      await opening;
    },
    async close() {
      await opening;
      await store?.db.dropDatabase().catch(() => undefined);
      await store?.client.close();
      await close();
    },
  };
}

interface Member {
  host: string;
  runs(): boolean;
  start(): Promise<void>;
  kill(): Promise<void>;
}

function memberOf(folder: string, program: string, port: number): Member {
  mkdirSync(folder);
  let running: Process | undefined;
  return {
    host: `127.0.0.1:${port}`,
    runs: () => running !== undefined,
    async start() {
      running = startProcess(
        program,
        [
          ...["--dbpath", folder, "--port", String(port), "--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet"],
          ...["--replSet", "crash", "--oplogSize", "128", "--wiredTigerCacheSizeGB", "0.25"],
          ...["--setParameter", "diagnosticDataCollectionEnabled=false"],
        ],
        { env: { LC_ALL: "C" } },
      );
      await eventually(() => hello(`127.0.0.1:${port}`), STARTS_WITHIN_MS);
    },
    async kill() {
      const one = running;
      running = undefined;
      await one?.kill();
    },
  };
}

async function initiate(hosts: string[]): Promise<void> {
  const members = hosts.map((host, _id) => ({ _id, host }));
  const settings = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500 };
  await onOne(hosts[0] ?? "", (client) =>
    client.db("admin").command({ replSetInitiate: { _id: "crash", members, settings } }),
  );
  await eventually(async () => {
    const said = await Promise.all(hosts.map(hello));
    if (!said.some(({ isWritablePrimary }) => isWritablePrimary)) throw new Error("nobody leads yet");
    if (!said.every(({ isWritablePrimary, secondary }) => isWritablePrimary || secondary))
      throw new Error("not in step");
  }, STARTS_WITHIN_MS);
}

function primaryOf(members: Member[]): Promise<Member> {
  return eventually(async () => {
    for (const member of members.filter((each) => each.runs()))
      if ((await hello(member.host).catch(() => undefined))?.isWritablePrimary) return member;
    throw new Error("nobody leads");
  }, STARTS_WITHIN_MS);
}

function hello(host: string) {
  return onOne(host, (client) => client.db("admin").command({ hello: 1 }));
}

async function onOne<T>(host: string, ask: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: 1_000 });
  return ask(client).finally(() => client.close());
}
