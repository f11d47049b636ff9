/** `npm run ledger -- list|show ID|retry ID`: messages that wait for filing or could not be read. */

import { Refusal } from "../errors.ts";
import { listTroubled, retryMessage, showMessage } from "../intake/dead-letters.ts";
import type { Store } from "../store.ts";
import { beside, type Command, Misused, needed } from "./beside.ts";

const USAGE = `npm run ledger -- list       messages that wait for filing or could not be read, and why
npm run ledger -- show ID    one message with everything that came with it
npm run ledger -- retry ID   hands it back to filing, with its tries counted anew`;

const [, , verb, id] = process.argv;

await beside(USAGE, () => {
  if (verb === "list") return list;
  if (verb === "show") return show(needed(id, "the ID of a message"));
  if (verb === "retry") return retry(needed(id, "the ID of a message"));
  throw new Misused(verb === undefined ? "" : `There is no “${verb}”.`);
});

async function list(store: Store): Promise<void> {
  const troubled = await listTroubled(store);
  if (troubled.length === 0) console.error("All messages are filed.");
  for (const { id, inbox, receivedAt, state, tries, reason, number } of troubled) {
    const ticket = number === undefined ? "no ticket yet" : `ticket ${number}`;
    const tried = `${tries} ${tries === 1 ? "try" : "tries"}`;
    console.info([oneLine(id), receivedAt.toISOString(), inbox, state, ticket, tried, oneLine(reason)].join("\t"));
  }
}

function show(id: string): Command {
  return async (store) => {
    const message = await showMessage(store, id);
    if (!message) throw new Refusal("not_found", `There is no message “${id}”. List them: npm run ledger -- list`, 404);
    console.info(JSON.stringify(message, null, 2));
  };
}

function retry(id: string): Command {
  return async (store) => {
    await retryMessage(store, id);
    console.error("Handed back to filing; see what became of it with: npm run ledger -- list");
  };
}

/** What strangers wrote does not move the cursor of a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
