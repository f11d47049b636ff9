import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inWorkFolder, putInPlace } from "./cache.ts";
import { type Environment, runScript } from "./command.ts";

const require = createRequire(import.meta.url);
/** Progress is said this often at most. */
const SAY_EVERY_MS = 2_000;

/** The library reports through exceptions with stacks; a person wants the one line. */
const SCRIPT = `
  const { MongoBinary } = require(process.argv[1]);
  MongoBinary.getPath({ downloadDir: process.argv[2], checkMD5: true }).then(
    (path) => console.log("\\nmongod=" + path),
    (fault) => { console.error(String(fault.message).split("\\n").slice(0, 2).join(" ")); process.exit(1); },
  );`;

/** Where a fetched mongod goes, and how to say what is going on. */
export interface MongodOrder {
  cache: string;
  place: string;
  environment: Environment;
  say(line: string): void;
  signal?: AbortSignal | undefined;
}

/** Fetches MongoDB's own build for this system and puts it into the cache; rejects with why not. */
export async function fetchOfficialMongod({ cache, place, environment, say, signal }: MongodOrder): Promise<string> {
  const library = require.resolve("mongodb-memory-server-core");
  say("MongoDB: asking mongodb.com for its official build");
  return inWorkFolder(cache, async (folder) => {
    let said = performance.now();
    const output = await runScript(SCRIPT, [library, folder], {
      // The library verifies certificates only when npm is told to; it tries once, as we have another way.
      env: { ...environment, npm_config_strict_ssl: "true", MONGOMS_MAX_RETRIES: "1" },
      cwd: folder,
      folder,
      signal,
      onBytes(bytes) {
        if (performance.now() - said < SAY_EVERY_MS) return;
        said = performance.now();
        say(`MongoDB: ${Math.round(bytes / 1_000_000)} MB of its official build are here`);
      },
    });
    const found = /^mongod=(.+)$/m.exec(output)?.[1];
    if (found === undefined) throw new Error("the download ended without a mongod");
    const program = join(folder, "program");
    await copyFile(found, program);
    return putInPlace(program, place);
  });
}
