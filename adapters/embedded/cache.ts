import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "./command.ts";

const WORK = ".work-";
/** No download takes this long: whoever made the folder is gone. */
const LEFTOVER_MS = 3_600_000;

/** The folder where this user's downloads are kept: their cache folder, or `spare` for a user without a home. */
export async function cacheFolder(environment: Environment, spare: string): Promise<string> {
  const cache = environment.XDG_CACHE_HOME;
  const home = environment.HOME || homedir();
  const choices = [
    ...(cache && isAbsolute(cache) ? [join(cache, "firstline")] : []),
    ...(isAbsolute(home) ? [join(home, ".cache", "firstline")] : []),
    spare,
  ];
  for (const choice of choices) if (await isOurs(choice)) return choice;
  throw new Error(`no folder to keep downloads in: none of ${choices.join(", ")} can be written`);
}

/** Lends a new folder inside the cache, on the same disk, and removes it afterwards. */
export async function inWorkFolder<T>(cache: string, work: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftovers(cache);
  const folder = await mkdtemp(join(cache, WORK));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts a finished file or folder in its place at once and for good; who comes second replaces a file, and keeps a folder. */
export async function putInPlace(made: string, place: string): Promise<string> {
  await flush(made);
  try {
    await rename(made, place);
  } catch (fault) {
    if (!["ENOTEMPTY", "EEXIST"].includes((fault as NodeJS.ErrnoException).code ?? "")) throw fault;
  }
  return place;
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
    const probe = join(folder, `.probe-${randomBytes(6).toString("hex")}`);
    await (await open(probe, "wx")).close();
    await rm(probe);
    return true;
  } catch {
    return false;
  }
}

/** Those of processes that were killed at work. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((each) => each.startsWith(WORK))) {
    const folder = join(cache, name);
    const age = Date.now() - (await stat(folder).then(({ mtimeMs }) => mtimeMs, Date.now));
    if (age > LEFTOVER_MS) await rm(folder, { recursive: true, force: true });
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
}
