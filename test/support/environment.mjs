/** Node, and the file fails when it leaves a process, a socket, a server, a thread or a timer behind. */
import { setTimeout as pause } from "node:timers/promises";
import { TestEnvironment } from "jest-environment-node";

/** What a closed client or a killed child still needs to let go of its handles, on a loaded machine. */
const GRACE_MS = 5_000;
const CHECK_EVERY_MS = 20;
/** Kinds of handle that only a leak leaves open; pipes come and go with Jest itself. */
const WATCHED = new Set(["TCPSocketWrap", "TCPServerWrap", "ProcessWrap", "Timeout", "Worker", "FSEventWrap"]);

export default class LeakGuard extends TestEnvironment {
  async setup() {
    await super.setup();
    this.before = open();
  }

  async teardown() {
    const deadline = Date.now() + GRACE_MS;
    let leaked = leaks(this.before);
    while (leaked.length > 0 && Date.now() < deadline) {
      await pause(CHECK_EVERY_MS, undefined, { ref: false });
      leaked = leaks(this.before);
    }
    await super.teardown();
    if (leaked.length > 0) throw new Error(`left open after the last test: ${leaked.join(", ")}`);
  }
}

function leaks(before) {
  return [...open()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`);
}

function open() {
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo()) {
    if (WATCHED.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
