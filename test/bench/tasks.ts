import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Task = (input: never) => Promise<unknown>;

/** Another process that does what it is asked, one thing at a time, so that it spends nobody else's time. */
export interface Helper<Tasks extends Record<string, Task>> {
  ask<Name extends keyof Tasks>(
    task: Name,
    input: Parameters<Tasks[Name]>[0],
  ): Promise<Awaited<ReturnType<Tasks[Name]>>>;
  stop(): void;
}

/** Starts a module of the bench that calls `serveTasks`; what it prints goes to `log`, or nowhere. */
export function startHelper<Tasks extends Record<string, Task>>(
  module: string,
  { env = {}, log = "/dev/null" }: { env?: Record<string, string>; log?: string } = {},
): Helper<Tasks> {
  const file = openSync(log, "a");
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), {
    env: { ...process.env, ...env },
    execArgv: ["--import", "./test/support/typescript.mjs"],
    stdio: ["ignore", file, "inherit", "ipc"],
  });
  closeSync(file);
  const waiting = new Map<number, { resolve(answer: never): void; reject(fault: Error): void }>();
  let count = 0;
  child.on("message", ({ id, answer, fault }: { id: number; answer: never; fault?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(fault));
  });
  child.on("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error(`${module} ended`));
  });
  return {
    ask: (task, input) =>
      new Promise((resolve, reject) => {
        waiting.set(++count, { resolve, reject });
        child.send({ id: count, task, input });
      }),
    stop: () => void child.kill(),
  };
}

/** Does what the bench asks, until the bench goes away. */
export function serveTasks(tasks: Record<string, Task>): void {
  process.on("message", ({ id, task, input }: { id: number; task: string; input: never }) => {
    tasks[task]?.(input).then(
      (answer) => process.send?.({ id, answer }),
      (fault) => process.send?.({ id, fault: String(fault?.stack ?? fault) }),
    );
  });
  process.on("disconnect", () => process.exit());
}
