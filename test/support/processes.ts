import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How long a process may take to drain: the product promises 10 s, and the machine may be busy. */
const EXIT_MS = 20_000;

/** A child process whose output is read line by line. */
export interface Process {
  pid: number;
  child: ChildProcess;
  lines: string[];
  exited: Promise<number | null>;
  /** Asks it to end and says how it did: the exit code, null when a signal ended it. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts a program. The run's teardown ends it, and fails, when its test forgot to. */
export function startProcess(
  program: string,
  args: string[],
  options: { env: Record<string, string>; cwd?: string },
): Process {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const pid = child.pid ?? 0;
  const note = join(process.env.TEST_FOLDER ?? "", `${pid}.pid`);
  writeFileSync(note, [program, ...args].join(" "));
  const exited = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      rmSync(note, { force: true });
      resolve(code);
    });
  });
  const lines: string[] = [];
  readLines(child.stdout, lines);
  readLines(child.stderr, lines);
  return {
    pid,
    child,
    lines,
    exited,
    async stop() {
      child.kill("SIGTERM");
      const watchdog = setTimeout(() => child.kill("SIGKILL"), EXIT_MS);
      return exited.finally(() => clearTimeout(watchdog));
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function readLines(stream: NodeJS.ReadableStream | null, lines: string[]): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.filter((line) => line !== ""));
  });
}
