import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { type Environment, run } from "./command.ts";
import { type Found, NotThere, type Way } from "./ways.ts";

/** A program that we know how to ask for its version. */
export interface Program {
  /** The oldest version that works, as [major, minor]. */
  oldest: [number, number];
  /** Finds the version in what `--version` prints. */
  version: RegExp;
}

/** The way through a variable of the environment, such as MONGOD_BINARY. */
export function byVariable(name: string, program: Program, environment: Environment): Way {
  return {
    name,
    async find() {
      const path = environment[name];
      if (!path) throw new NotThere("not set");
      return { path, from: name, version: await versionOf(path, program, environment) };
    },
  };
}

/** The way through PATH: the first of these names that runs and is not too old. */
export function byPath(names: string[], program: Program, environment: Environment): Way {
  return {
    name: `${names.join(" or ")} on PATH`,
    async find() {
      const reasons: string[] = [];
      for (const path of await onPath(names, environment)) {
        try {
          return { path, from: path, version: await versionOf(path, program, environment) };
        } catch (fault) {
          reasons.push(`${path}: ${(fault as Error).message}`);
        }
      }
      if (reasons.length > 0) throw new Error(reasons.join("; "));
      throw new NotThere("none there");
    },
  };
}

/** The way through the cache, filled by an earlier start. */
export function byCache(path: string, program: Program, environment: Environment): Way {
  return { name: "cache", find: () => fromCache(path, program, environment) };
}

async function onPath(names: string[], environment: Environment): Promise<string[]> {
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const there = await Promise.all(paths.map(isExecutable));
  return paths.filter((_, index) => there[index]);
}

/** Proves that a program runs here and is new enough; resolves to its version. */
export async function versionOf(path: string, program: Program, environment: Environment): Promise<string> {
  const output = await run(path, ["--version"], { env: environment }).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") throw new Error(`there is no program at ${path}`);
    throw new Error(`it does not run here (${fault.message})`);
  });
  const version = program.version.exec(output)?.[1];
  if (version === undefined) throw new Error("it is another program: its --version is not what we expect");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = program.oldest;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor))
    throw new Error(`version ${version} is too old: ${program.oldest.join(".")} or newer is needed`);
  return version;
}

async function fromCache(path: string, program: Program, environment: Environment): Promise<Found> {
  if (!(await isExecutable(path))) throw new NotThere(`nothing at ${path} yet`);
  return { path, from: `cache, ${shortened(path, environment)}`, version: await versionOf(path, program, environment) };
}

function shortened(path: string, { HOME }: Environment): string {
  return HOME && path.startsWith(`${HOME}/`) ? `~${path.slice(HOME.length)}` : path;
}

function isExecutable(path: string): Promise<boolean> {
  return Promise.all([access(path, constants.X_OK), stat(path)]).then(
    ([, about]) => about.isFile(),
    () => false,
  );
}
