let armed: string | undefined;

/** Names the crash point at which this process kills itself; only the crash harness does so. */
export function armCrashPoint(name: string | undefined): void {
  armed = name;
}

/** Marks a boundary in a message's life: nothing, unless the crash harness armed it. */
export function crashPoint(name: string): void {
  if (armed === name) process.kill(process.pid, "SIGKILL");
}
