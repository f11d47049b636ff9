let armed: { name: string; passings: number } | undefined;

/** Arms one crash point, `name` or `name#n` for the n-th passing, at which this process kills itself; only `npm run crash` does so. */
export function armCrashPoint(point: string | undefined): void {
  const [name, nth = "1"] = point?.split("#") ?? [];
  armed = name ? { name, passings: Number(nth) } : undefined;
}

/** Marks a boundary in a message's life: nothing, unless it is armed. */
export function crashPoint(name: string): void {
  if (armed?.name === name && --armed.passings === 0) process.kill(process.pid, "SIGKILL");
}
