import { findStores } from "../../adapters/embedded/index.ts";
import { connectMongo } from "../../adapters/mongo.ts";
import { type Config, loadConfig } from "../../config/index.ts";
import { Refusal, StartFault } from "../errors.ts";
import { openStore, type Store } from "../store.ts";

/** A command was not understood: its usage is shown, and the exit code is 2. */
export class Misused extends Error {}

/** What one command does. */
export type Command = (store: Store, config: Config) => Promise<void>;

/** Runs the command that `choose` finds on the store of the gateway beside which it is called. What goes wrong is one line on stderr. */
export async function beside(usage: string, choose: () => Command): Promise<void> {
  try {
    const command = choose();
    const { config, environment } = loadConfig();
    const url = environment.MONGODB_URL ?? findStores(environment.DATA_DIR).mongodbUrl;
    if (url === undefined)
      throw new StartFault(
        `No gateway runs on ${environment.DATA_DIR}. Start it with npm start, or set MONGODB_URL or DATA_DIR.`,
      );
    const mongo = await connectMongo(url);
    try {
      await command(await openStore(mongo), config);
    } finally {
      await mongo.close();
    }
  } catch (fault) {
    if (fault instanceof Misused) {
      console.error(fault.message ? `${fault.message}\n\n${usage}` : usage);
      process.exitCode = 2;
      return;
    }
    if (!(fault instanceof Refusal || fault instanceof StartFault)) throw fault;
    console.error(fault.message);
    process.exitCode = 1;
  }
}

/** The argument that a command cannot do without. */
export function needed(argument: string | undefined, what: string): string {
  if (argument === undefined || argument.trim() === "") throw new Misused(`This needs ${what}.`);
  return argument.trim();
}
