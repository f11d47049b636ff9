import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { StartFault } from "../../src/errors.ts";
import { logSince } from "./last-words.ts";
import { freePort } from "./ports.ts";
import { isRunning, nameProcess, type ProcessName } from "./process-identity.ts";
import { type Records, readRecords, record } from "./records.ts";

/** Recovery after a kill replays the journal; on a slow disk with much of it this takes long, but it ends. */
const READY_MS = 60_000;
/** A store that was asked to end writes its last checkpoint; then it is ended: the journal has everything. */
const STOP_MS = 20_000;
const LOOK_EVERY_MS = 25;
/** A store that dies again and again is started again at this pace, doubling. */
const RESTART_MS = 250;
const RESTART_MAX_MS = 10_000;
/** Between the check that a port is free and its use another program may take it. */
const PORT_TRIES = 3;
/** A log that grew beyond this is put aside at the next start; one such is kept. */
const LOG_BYTES = 10_000_000;

/** How one kind of store is run. */
export interface StoreProgram {
  kind: keyof Records;
  title: "MongoDB" | "Redis";
  path: string;
  version: string;
  folder: string;
  log: string;
  args(port: number): string[];
  /** Resolves when the store listening on the port is ready for use. */
  prepare(port: number, signal: AbortSignal): Promise<void>;
  /** The reason in what it logged before it died. */
  reason(log: string): string;
}

/** A store that stopped while it should run, or that is back. */
export interface StoreChange {
  store: "MongoDB" | "Redis";
  up: boolean;
  reason?: string;
}

export interface RunningStore {
  port: number;
  stop(): Promise<void>;
}

export interface Circumstances {
  dataDir: string;
  say(line: string): void;
  onChange?: ((change: StoreChange) => void) | undefined;
}

/** Starts a store and keeps it running until it is stopped; rejects with a StartFault that says why it does not run. */
export async function runStore(program: StoreProgram, circumstances: Circumstances): Promise<RunningStore> {
  const { dataDir, say } = circumstances;
  makeFolders(program.folder, dirname(program.log));
  const before = readRecords(dataDir)[program.kind];
  if (before?.process && isRunning(before.process)) {
    say(`${program.title}: stopping process ${before.process.pid}, left behind by a gateway that was killed`);
    await end(before.process);
  }
  setAsideLongLog(program.log);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(before?.port);
    try {
      return keepRunning(program, port, circumstances, await launch(program, port, dataDir));
    } catch (fault) {
      if (attempt >= PORT_TRIES || (await freePort(port)) === port) throw fault;
    }
  }
}

function makeFolders(...folders: string[]): void {
  try {
    for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (fault) {
    throw new StartFault(`The data folder cannot be used: ${(fault as Error).message}. Name another with DATA_DIR.`);
  }
}

async function launch(program: StoreProgram, port: number, dataDir: string): Promise<ChildProcess> {
  const log = openSync(program.log, "a", 0o600);
  const logFrom = statSync(program.log).size;
  const child = spawn(program.path, program.args(port), {
    cwd: program.folder,
    // Own process group: Ctrl-C must drain the gateway before it ends the stores.
    detached: true,
    // A locale that the machine lacks would end mongod at once.
    env: { LC_ALL: "C" },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const died = once(child, "exit").then(() => undefined);
  if (child.pid !== undefined)
    record(dataDir, program.kind, {
      port,
      process: nameProcess(child.pid),
      version: program.version,
      since: new Date().toISOString(),
    });
  const given = AbortSignal.timeout(READY_MS);
  const gone = new AbortController();
  void died.then(
    () => gone.abort(),
    (fault) => gone.abort(fault),
  );
  try {
    await program.prepare(port, AbortSignal.any([given, gone.signal]));
    return child;
  } catch (fault) {
    const alive = !gone.signal.aborted;
    if (child.pid !== undefined && alive) await end(nameProcess(child.pid));
    const words = alive ? `it is not ready after ${READY_MS / 1000} s` : program.reason(logSince(program.log, logFrom));
    const detail = child.pid === undefined ? String(gone.signal.reason) : words || String(fault);
    throw new StartFault(`${program.title} ${program.version} does not start: ${detail}\nIts log: ${program.log}`);
  }
}

function keepRunning(
  program: StoreProgram,
  port: number,
  { dataDir, onChange }: Circumstances,
  first: ChildProcess,
): RunningStore {
  const stopping = new AbortController();
  let child = first;
  const kept = (async () => {
    while (!stopping.signal.aborted) {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      if (stopping.signal.aborted) return;
      onChange?.({ store: program.title, up: false, reason: `it ended with ${child.signalCode ?? child.exitCode}` });
      const next = await restart(program, port, dataDir, stopping.signal, onChange);
      if (next) child = next;
    }
  })();
  return {
    port,
    async stop() {
      stopping.abort();
      const running = child.pid === undefined ? undefined : nameProcess(child.pid);
      if (running && child.exitCode === null && child.signalCode === null) await end(running);
      await kept;
      record(dataDir, program.kind, { port, version: program.version });
    },
  };
}

async function restart(
  program: StoreProgram,
  port: number,
  dataDir: string,
  stopping: AbortSignal,
  onChange: Circumstances["onChange"],
): Promise<ChildProcess | undefined> {
  for (let wait = RESTART_MS; ; wait = Math.min(wait * 2, RESTART_MAX_MS)) {
    await pause(wait, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return undefined;
    try {
      const child = await launch(program, port, dataDir);
      if (stopping.aborted && child.pid !== undefined) await end(nameProcess(child.pid));
      else onChange?.({ store: program.title, up: true });
      return child;
    } catch (fault) {
      onChange?.({ store: program.title, up: false, reason: (fault as Error).message });
    }
  }
}

async function end(running: ProcessName): Promise<void> {
  const deadline = performance.now() + STOP_MS;
  signalTo(running, "SIGTERM");
  while (isRunning(running)) {
    if (performance.now() > deadline) signalTo(running, "SIGKILL");
    await pause(LOOK_EVERY_MS);
  }
}

function signalTo({ pid }: ProcessName, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "ESRCH") throw fault;
  }
}

function setAsideLongLog(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES) renameSync(path, `${path}.1`);
}
