import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** The project's root, wherever we were called from. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => endWith(signal));

/** Runs a program in the root, quietly; resolves to its exit code and everything it printed. */
export function quietly(program, args) {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  const child = follow(spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] }));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  return ended(child).then((code) => ({ code, output }));
}

/** Runs a program in the root with our own terminal; resolves to its exit code. */
export function openly(program, args) {
  return ended(follow(spawn(program, args, { cwd: ROOT, stdio: "inherit" })));
}

/** Leaves the signals to the program that is launched in this very process. */
export function leaveSignals() {
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
}

function follow(child) {
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** Nothing that we started outlives us. */
async function endWith(signal) {
  const left = [...running].map((child) => {
    child.kill(signal);
    return new Promise((resolve) => child.once("close", resolve));
  });
  await Promise.all(left);
  process.exit(128 + constants.signals[signal]);
}
