import { execFile } from "node:child_process";
import { resolve } from "node:path";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs one of the built commands, as `npm run` does, and resolves when it has ended. */
export function run(command: "api-key" | "ledger", args: string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((done) => {
    const { PATH = "", HOME = "" } = process.env;
    const options = { env: { PATH, HOME, ...env } };
    execFile(process.execPath, [resolve(`dist/src/cli/${command}.js`), ...args], options, (fault, out, err) =>
      done({ code: fault ? Number(fault.code) : 0, out, err }),
    );
  });
}
