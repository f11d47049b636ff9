import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartFault } from "../../src/errors.ts";
import { isRunning, nameProcess, type ProcessName } from "./process-identity.ts";

/** Each try fails only when another process changed the lock in between. */
const TRIES = 10;

/** Who runs on a data folder. */
export interface Holder extends ProcessName {
  /** Where it listens, or will. */
  address: string;
  since: string;
}

/**
 * Takes a data folder for this process; rejects with a StartFault that says who has it. Returns what gives it back.
 * A lock whose holder was killed is taken over.
 */
export function lockData(dataDir: string, address: string): () => void {
  const path = lockPath(dataDir);
  const mine = `${path}.${process.pid}`;
  const holder: Holder = { ...nameProcess(process.pid), address, since: new Date().toISOString() };
  writeFileSync(mine, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (linked(mine, path)) return () => release(path, holder);
      const other = readHolder(path);
      if (other && isRunning(other)) throw new StartFault(inUse(dataDir, other));
      removeStale(path, other, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new StartFault(`${path} keeps changing hands: several gateways start on this data at once. Start one.`);
}

/** Who runs on this data folder now, if anyone. */
export function holderOf(dataDir: string): Holder | undefined {
  const holder = readHolder(lockPath(dataDir));
  return holder && isRunning(holder) ? holder : undefined;
}

function lockPath(dataDir: string): string {
  return join(dataDir, "gateway.lock");
}

/** A hard link appears at once with its whole content, and never over another. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw fault;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** Moves the lock aside before it is deleted, so that one taken a moment ago is noticed and put back. */
function removeStale(path: string, stale: Holder | undefined, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved && (moved.pid !== stale?.pid || moved.started !== stale.started)) linked(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, holder: Holder): void {
  const now = readHolder(path);
  if (now?.pid === holder.pid && now.started === holder.started) rmSync(path, { force: true });
}

function inUse(dataDir: string, other: Holder): string {
  const where = other.address ? `, at ${other.address}` : "";
  return (
    `Firstline already runs on the data in ${dataDir}: process ${other.pid}${where}, since ${other.since}. ` +
    "Stop it first, or start this one on other data: DATA_DIR=./other-data PORT=3001 npm start"
  );
}
