import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { quietly, ROOT } from "./child.mjs";
import { LaunchFault } from "./tell.mjs";

/** Whether node_modules holds what the lock file says: all of it for developers, else what running needs. */
export function isInstalled({ development }) {
  const wanted = packagesOf("package-lock.json");
  const have = packagesOf("node_modules/.package-lock.json");
  if (!wanted) throw new LaunchFault(`${ROOT} holds no package-lock.json: clone the repository again.`);
  if (!have) return false;
  return Object.entries(wanted).every(
    ([path, { version, dev, devOptional, optional }]) =>
      path === "" || optional || (!development && (dev || devOptional)) || have[path]?.version === version,
  );
}

/** Installs exactly what the lock file says; rejects with npm's own words and what to do. */
export async function install({ development }) {
  const cache = writableCache();
  const args = ["ci", development ? "--include=dev" : "--omit=dev"];
  const quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const [program, ...first] = npm();
  try {
    const { code, output } = await quietly(program, [...first, ...args, ...quiet, ...cache.args]);
    if (code === 0) return;
    throw new LaunchFault(
      `npm could not install what Firstline needs:\n\n${output.trim()}\n\nIs the npm registry reachable from here? ` +
        `Try it yourself with: npm ${args.join(" ")}`,
    );
  } finally {
    cache.end();
  }
}

function packagesOf(lock) {
  try {
    return JSON.parse(readFileSync(join(ROOT, lock), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** The npm that called us, when one did; else the one on PATH. */
function npm() {
  const path = process.env.npm_execpath;
  return path?.endsWith("npm-cli.js") ? [process.execPath, path] : ["npm"];
}

/** A user whose home cannot be written gets a cache for this once. */
function writableCache() {
  try {
    const usual = process.env.npm_config_cache || join(process.env.HOME || homedir(), ".npm");
    mkdirSync(usual, { recursive: true });
    accessSync(usual, constants.W_OK);
    return { args: [], end: () => undefined };
  } catch {
    const folder = mkdtempSync(join(tmpdir(), "firstline-npm-"));
    return { args: [`--cache=${folder}`], end: () => rmSync(folder, { recursive: true, force: true }) };
  }
}
