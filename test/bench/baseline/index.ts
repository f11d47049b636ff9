import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OwnStores } from "../../support/own-stores.ts";
import { type Program, startProgram } from "../program.ts";

/** The honest program, in a process of its own, on a database of its own. */
export async function startBaseline(
  stores: OwnStores,
): Promise<{ url: string; program: Program; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "firstline-baseline-"));
  const database = await stores.openDatabase();
  const args = ["--import", "./test/support/typescript.mjs", "test/bench/baseline/chat.ts"];
  const program = await startProgram(folder, [...args, database.mongodbUrl, database.redisUrl], {}, "listening");
  return {
    url: `http://127.0.0.1:${program.port}`,
    program,
    async stop() {
      await program.stop();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
