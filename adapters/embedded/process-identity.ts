import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A process, named so that a later one with the same number is told apart. */
export interface ProcessName {
  pid: number;
  /** When it started, in whatever form the system tells it; empty when it told nothing. */
  started: string;
}

/** Names a running process. */
export function nameProcess(pid: number): ProcessName {
  return { pid, started: startOf(pid) ?? "" };
}

/** Tells whether this very process still runs. */
export function isRunning({ pid, started }: ProcessName): boolean {
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now !== undefined && (started === "" || now === started);
}

/** The boot and the tick in it; undefined for a process that is gone, or dead and only waiting to be collected. */
function startOf(pid: number): string | undefined {
  try {
    if (!existsSync("/proc/self/stat")) return fromPs(pid);
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name of the program stands in brackets and may hold anything: fields are counted behind the last one.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()?.split(" ") ?? [];
    return fields[0] === "Z" || fields[0] === "X" ? undefined : `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): string | undefined {
  return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
}
