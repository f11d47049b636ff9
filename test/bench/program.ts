import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../support/eventually.ts";

/** The product promises to drain within 10 s. */
const EXIT_MS = 20_000;
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** What a measured process has used so far. Times in milliseconds, the rest in bytes. */
export interface Used {
  cpu: number;
  rss: number;
  /** Heap and buffers; after a collection when asked for `memory`. */
  used: number;
  /** p99.9 of the event loop's delay since it was asked for `delays`. */
  worstDelay: number;
}

/** A process under measurement. Its log goes to a file, as an operator's does: nobody spends time on reading it. */
export interface Program {
  /** Where it listens; 0 when it does not. */
  port: number;
  /** From its start to its being ready. */
  startedIn: number;
  ask(what: "usage" | "memory" | "delays"): Promise<Used>;
  stop(): Promise<void>;
}

let count = 0;

/** Starts a program and resolves once it has logged "started" (the baseline: "listening"). */
export async function startProgram(
  folder: string,
  args: string[],
  env: Record<string, string>,
  until: "started" | "listening",
): Promise<Program> {
  const log = join(folder, `${++count}.log`);
  const file = openSync(log, "a");
  const from = performance.now();
  const child = spawn(process.execPath, ["--expose-gc", "--import", join(HERE, "probe.mjs"), ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    stdio: ["ignore", file, file, "ipc"],
  });
  closeSync(file);
  const exited = once(child, "exit");
  const lines = await eventually(() => {
    const text = readFileSync(log, "utf8");
    if (child.exitCode !== null) throw new Error(`${args.join(" ")} ended:\n${text}`);
    if (!text.includes(`"msg":"${until}"`)) throw new Error(`${args.join(" ")} did not start:\n${text}`);
    return text.split("\n");
  });
  const startedIn = performance.now() - from;
  const listening = lines.find((line) => line.includes('"msg":"listening"'));
  return {
    port: listening ? Number(JSON.parse(listening).port) : 0,
    startedIn,
    ask: (what) => ask(child, what),
    async stop() {
      child.kill("SIGTERM");
      const watchdog = setTimeout(() => child.kill("SIGKILL"), EXIT_MS);
      await exited;
      clearTimeout(watchdog);
    },
  };
}

function ask(child: ChildProcess, what: string): Promise<Used> {
  const id = ++count;
  return new Promise((resolve) => {
    const hear = (answer: Used & { id: number }) => {
      if (answer.id !== id) return;
      child.off("message", hear);
      resolve(answer);
    };
    child.on("message", hear);
    child.send({ id, ask: what });
  });
}
