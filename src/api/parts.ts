import type { IncomingMessage } from "node:http";
import type { GatewayFiles } from "../files/index.ts";
import type { Store } from "../store.ts";
import type { Actions } from "../tickets/actions.ts";
import type { Log } from "../types.ts";

/** What the API is made of; `main` puts it together. */
export interface ApiParts {
  store: Store;
  log: Log;
  actions: Actions;
  files: Pick<GatewayFiles, "store" | "open">;
  settings: {
    inboxes: Map<string, { name: string; channel: string; queue: string }>;
    queues: Map<string, { name: string }>;
    languages: { offered: string[] };
  };
  /** Where people reach us: links begin with it, and https makes cookies Secure. */
  publicUrl: string;
  clientAddress(request: IncomingMessage): string;
  /** Told after an agent's account changed: to look at the waiting line again, and to drop the sockets of who may no longer. */
  agentsChanged(): void;
}
