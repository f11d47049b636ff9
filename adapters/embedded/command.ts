import { type ChildProcess, spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** A way that says nothing and brings no byte for this long does not answer, and is given up. */
const SILENCE_MS = 5_000;
/** How often we look whether bytes arrived. */
const LOOK_EVERY_MS = 200;
/** Output kept of a program, enough for its last words. */
const KEPT_CHARACTERS = 20_000;

export type Environment = Record<string, string | undefined>;

export interface CommandOptions {
  env: Environment;
  cwd?: string;
  signal?: AbortSignal | undefined;
  /** Where it puts bytes: as long as they grow, it answers. */
  folder?: string;
  /** How long it may take to say its first word, when it is a program that starts slowly. */
  firstWordMs?: number;
  onBytes?(bytes: number): void;
}

/** Runs a program to its end; rejects with its last words, or with "does not answer" when it falls silent. */
export async function run(program: string, args: string[], options: CommandOptions): Promise<string> {
  const child = spawn(program, args, {
    env: options.env,
    cwd: options.cwd,
    signal: options.signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", all: "" };
  const silence = watchSilence(child, options);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      silence.heard();
      if (stream === child.stdout) output.out = (output.out + text).slice(-KEPT_CHARACTERS);
      output.all = (output.all + text).slice(-KEPT_CHARACTERS);
    });
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
    });
    if (silence.gaveUp()) throw new Error(`does not answer (silent for ${SILENCE_MS / 1000} s)`);
    if (code !== 0) throw new Error(lastWords(output.all) || `${program} ended with ${code}`);
    return output.out;
  } finally {
    silence.end();
  }
}

/** Runs a short script in a Node of its own, so that what a library prints, throws or leaves behind stays there. */
export function runScript(script: string, args: string[], options: CommandOptions): Promise<string> {
  return run(process.execPath, ["-e", script, ...args], options);
}

/** Bytes under a folder, 0 while it does not exist. */
async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function watchSilence(child: ChildProcess, options: CommandOptions) {
  let lastSign = performance.now();
  let allowance = options.firstWordMs ?? SILENCE_MS;
  let bytes = 0;
  let gaveUp = false;
  const heard = () => {
    lastSign = performance.now();
    allowance = SILENCE_MS;
  };
  const timer = setInterval(async () => {
    const now = options.folder === undefined ? bytes : await bytesUnder(options.folder);
    if (now !== bytes) {
      bytes = now;
      heard();
      options.onBytes?.(bytes);
    }
    if (performance.now() - lastSign < allowance || gaveUp) return;
    gaveUp = true;
    child.kill("SIGKILL");
  }, LOOK_EVERY_MS);
  return { heard, gaveUp: () => gaveUp, end: () => clearInterval(timer) };
}

/** What a person wants to read of an output: its last line that says something, without stack or colour. */
function lastWords(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.trim());
  const telling = lines.filter((line) => line !== "" && !/^(at |node:|Node\.js v|\^|[{}])/.test(line));
  const errors = telling.filter((line) => /error|fail|cannot|refused|denied/i.test(line));
  return (errors.at(-1) ?? telling.at(-1) ?? "").slice(0, 200);
}
