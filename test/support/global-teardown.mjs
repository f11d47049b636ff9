import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Stops the stores, and fails the run when a test left a process behind. */
export default async function stop() {
  const { folder, stores } = globalThis.testRun;
  const left = readdirSync(folder)
    .filter((name) => name.endsWith(".pid"))
    .map((name) => ({ pid: Number.parseInt(name, 10), program: readFileSync(join(folder, name), "utf8") }))
    .filter(({ pid }) => ended(pid));
  await stores.stop();
  rmSync(folder, { recursive: true, force: true });
  if (left.length > 0) throw new Error(`left running: ${left.map(({ program }) => program).join(", ")}`);
}

function ended(pid) {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
