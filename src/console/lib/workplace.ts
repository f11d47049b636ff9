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

export const [workplace, setWorkplace] = createContext<Workplace>();
