/** `npm run --silent api-key -- create NAME`: keys with which programs use the API and the agents' socket. */
import { createKey, listKeys, revokeKey } from "../agents/keys.ts";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import { beside, type Command, Misused, needed } from "./beside.ts";

const USAGE = `npm run --silent api-key -- create NAME   prints a new key, and nothing else; it acts as an agent of this name
npm run --silent api-key -- list          names, when they were made and last used
npm run --silent api-key -- revoke NAME   ends a key at once`;

const [, , verb, name] = process.argv;

await beside(USAGE, () => {
  if (verb === "create") return create(needed(name, "a NAME"));
  if (verb === "list") return list;
  if (verb === "revoke") return revoke(needed(name, "the NAME of a key"));
  throw new Misused(verb === undefined ? "" : `There is no “${verb}”.`);
});

function create(wanted: string): Command {
  return async (store, config) => {
    const { key } = await createKey(store, wanted, { queues: Object.keys(config.queues) });
    console.info(key);
  };
}

async function list(store: Store): Promise<void> {
  const keys = await listKeys(store);
  if (keys.length === 0) console.error("There are no keys yet.");
  for (const { name, createdAt, lastUsedAt } of keys)
    console.info(
      `${name}\tmade ${createdAt.toISOString()}\t${lastUsedAt ? `used ${lastUsedAt.toISOString()}` : "never used"}`,
    );
}

function revoke(which: string): Command {
  return async (store) => {
    if (!(await revokeKey(store, { name: which })))
      throw new Refusal(
        "not_found",
        `There is no key named “${which}”. See which there are: npm run api-key -- list`,
        404,
      );
    console.error(`The key “${which}” no longer works.`);
  };
}
