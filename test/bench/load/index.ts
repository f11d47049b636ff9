import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { tasks } from "./client.ts";

type Tasks = typeof tasks;

/** Whom the bench lets write and read. */
export interface Load {
  ask<Task extends keyof Tasks>(
    task: Task,
    input: Parameters<Tasks[Task]>[0],
  ): Promise<Awaited<ReturnType<Tasks[Task]>>>;
  stop(): void;
}

/** Starts the load generator in a process of its own, so that it spends nobody else's time. */
export function startLoad(): Load {
  const client = fileURLToPath(new URL("client.ts", import.meta.url));
  const child = fork(client, { execArgv: ["--import", "./test/support/typescript.mjs"] });
  const waiting = new Map<number, { resolve(answer: never): void; reject(fault: Error): void }>();
  let count = 0;
  child.on("message", ({ id, answer, fault }: { id: number; answer: never; fault?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(fault));
  });
  child.on("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("the load generator ended"));
  });
  return {
    ask: (task, input) =>
      new Promise((resolve, reject) => {
        waiting.set(++count, { resolve, reject });
        child.send({ id: count, task, input });
      }),
    stop: () => void child.disconnect(),
  };
}
