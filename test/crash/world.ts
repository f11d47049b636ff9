import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../../adapters/embedded/ports.ts";
import type { Store } from "../../src/store.ts";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import { type Process, startProcess } from "../support/processes.ts";

const GATEWAY = resolve("test/crash/processes/gateway.mjs");
const CLOCK = resolve("test/crash/processes/clock.mjs");
/** A start on a machine with every core busy; a store may be down for a part of it. */
const READY_MS = 60_000;

/** One process of the gateway: it is killed and started again, on the same port when it listens. */
export interface Slot {
  name: string;
  role: "web" | "worker";
  url: string;
  pid(): number;
  runs(): boolean;
  /** Resolves when it is ready, or dead already because of the crash point it was armed with. */
  start(point?: string): Promise<void>;
  kill(): Promise<void>;
  /** Asks it to stop; resolves to its exit code, null when a signal ended it. */
  stop(): Promise<number | null>;
  /** Whether it ends by itself within this time. */
  dies(within: number): Promise<boolean>;
}

/** Where a world keeps its data. */
export interface Ground {
  mongodbUrl: string;
  redisUrl: string;
  /** The harness's own view of the database. */
  store(): Store;
  /** Ends a store with SIGKILL; it comes back by itself. */
  kill(kind: "mongodb" | "redis"): Promise<void>;
  /** It neither answers nor closes a connection, until it goes on. */
  freeze(kind: "mongodb" | "redis"): Promise<{ goOn(): void }>;
}

/** A gateway in real processes: one `web`, two `worker`, not started yet. */
export interface World {
  ground: Ground;
  web: Slot;
  workers: Slot[];
  slots: Slot[];
  /** Another process, not started yet; it is ended with the others. */
  more(role: Slot["role"]): Promise<Slot>;
  /** Sets the wall clock of all our processes wrong by so much. */
  shiftClocks(ms: number): void;
  /** What left by courier, ever: a message's id and the process that sent it. */
  journal(): { id: string; pid: number }[];
  /** What our processes logged as an error. */
  errors(): string[];
  stop(): Promise<void>;
}

export async function openWorld(ground: Ground): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "firstline-crash-"));
  const clock = join(folder, "clock");
  const journal = join(folder, "journal");
  const config = join(folder, "config.yaml");
  const errors: string[] = [];
  writeFileSync(clock, "0");
  writeFileSync(config, roomy(`  courier: { channel: courier, name: Courier, queue: support, journal: "${journal}" }`));
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    HOST: "127.0.0.1",
    DATA_DIR: folder,
    CONFIG: config,
    CRASH_CLOCK: clock,
    MONGODB_URL: ground.mongodbUrl,
    REDIS_URL: ground.redisUrl,
  };
  const slots: Slot[] = [];
  const more = async (role: Slot["role"]) => {
    const name = `${role} ${slots.filter((slot) => slot.role === role).length + 1}`;
    const slot = slotOf(name, role, role === "web" ? await freePort() : 0, env, errors);
    slots.push(slot);
    return slot;
  };
  const [web, ...workers] = [await more("web"), await more("worker"), await more("worker")];
  return {
    ground,
    web,
    workers,
    slots,
    more,
    shiftClocks: (ms) => writeFileSync(clock, String(ms)),
    journal: () =>
      existsSync(journal)
        ? readFileSync(journal, "utf8")
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line))
        : [],
    errors: () => errors,
    async stop() {
      await Promise.all(slots.map((slot) => slot.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first process alone, as on a first day: it makes the indexes. */
export async function startAll({ web, workers }: World): Promise<void> {
  await web.start();
  await Promise.all(workers.map((worker) => worker.start()));
}

function slotOf(name: string, role: Slot["role"], port: number, env: Record<string, string>, errors: string[]): Slot {
  let process_: Process | undefined;
  let dead = true;
  const url = `http://127.0.0.1:${port}`;

  async function ready(running: Process): Promise<void> {
    if (dead) return;
    if (!running.lines.some((line) => line.includes('"started"'))) throw new Error(`${name} has not started`);
    if (role === "web" && !(await fetch(`${url}/health/ready`)).ok) throw new Error(`${name} is not ready`);
  }

  return {
    name,
    role,
    url,
    pid: () => process_?.pid ?? 0,
    runs: () => !dead,
    async start(point) {
      if (!dead) throw new Error(`${name} runs already`);
      const armed = point ? { FIRSTLINE_CRASH_POINT: point } : {};
      const running = startProcess(process.execPath, ["--import", CLOCK, GATEWAY, role], {
        env: { ...env, ...armed, PORT: String(port) },
      });
      process_ = running;
      dead = false;
      void running.exited.then(() => {
        errors.push(...running.lines.filter((line) => line.includes('"level":50')));
        if (process_ === running) dead = true;
      });
      await eventually(() => ready(running), READY_MS);
      if (dead && !point) throw new Error(`${name} ended at its start:\n${running.lines.join("\n")}`);
    },
    async kill() {
      await process_?.kill();
    },
    stop: async () => (await process_?.stop()) ?? null,
    async dies(within) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((answer) => {
        timer = setTimeout(() => answer(false), within);
      });
      const died = process_ ? process_.exited.then(() => true) : Promise.resolve(true);
      return Promise.race([died, late]).finally(() => clearTimeout(timer));
    },
  };
}
