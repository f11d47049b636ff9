import { SvelteMap } from "svelte/reactivity";
import { me } from "./session.svelte.ts";
import { onStored, preference, storedUnder } from "./storage.ts";
import type { FileView } from "./types.ts";

/** A reply goes to the customer, a note to agents. */
export type DraftKind = "reply" | "note";

interface Draft {
  text: string;
  files: FileView[];
}

const EMPTY: Draft = { text: "", files: [] };

/** What was begun and not sent. */
export interface Drafts {
  read(number: number, kind: DraftKind): Draft;
  /** Keeps what is being written, at every key: nothing typed is ever lost. An empty draft is forgotten. */
  write(number: number, kind: DraftKind, draft: Draft): void;
  has(number: number): boolean;
  stop(): void;
}

/** What this agent has begun to write, by ticket, in this browser; other tabs of theirs see it too. */
export function createDrafts(): Drafts {
  const prefix = `draft.${me().id}.`;
  const drafts = new SvelteMap(storedUnder<Draft>(prefix));
  const key = (number: number, kind: DraftKind): string => `${number}.${kind}`;
  const stop = onStored(prefix, (name, value) => {
    if (value === null) drafts.delete(name);
    else drafts.set(name, JSON.parse(value) as Draft);
  });

  return {
    read: (number, kind) => drafts.get(key(number, kind)) ?? EMPTY,
    write: (number, kind, draft) => {
      const name = key(number, kind);
      const empty = draft.text.trim() === "" && draft.files.length === 0;
      if (empty) drafts.delete(name);
      else drafts.set(name, draft);
      preference(prefix + name).write(empty ? null : JSON.stringify(draft));
    },
    has: (number) => drafts.has(key(number, "reply")) || drafts.has(key(number, "note")),
    stop,
  };
}
