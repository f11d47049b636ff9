import { createContext } from "svelte";
import type { Desk } from "./desk.svelte.ts";
import type { Drafts } from "./drafts.svelte.ts";
import type { Outbox } from "./outbox.svelte.ts";

/** What every part of the screen shares while somebody is signed in. */
export interface Workplace {
  desk: Desk;
  drafts: Drafts;
  outbox: Outbox;
}

/** Set once, by the screen that makes them; read by every component inside it. */
export const [workplace, setWorkplace] = createContext<Workplace>();
