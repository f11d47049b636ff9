import { SvelteMap } from "svelte/reactivity";
import { Problem } from "./api.ts";
import { ask, onConnected } from "./connection.svelte.ts";
import type { DraftKind } from "./drafts.svelte.ts";
import { newId } from "./new-id.ts";
import { me } from "./session.svelte.ts";
import { preference, storedUnder } from "./storage.ts";
import { explain } from "./toasts.svelte.ts";
import type { FileView, MessageView } from "./types.ts";

/** The server could not store it or was busy: worth another try by itself, after a breath. */
const PASSING = new Set(["offline", "not_stored", "busy", "rate_limited", "unavailable"]);
const TRY_AGAIN_AFTER = 3_000;

/** A message that the server has not confirmed yet. */
export interface Outgoing {
  clientId: string;
  number: number;
  kind: DraftKind;
  text: string;
  files: FileView[];
  at: string;
  /** Why the server refused it; the agent decides what becomes of it. */
  refused?: string;
  /** The server has it: shown only until the conversation brings it. */
  stored?: true;
}

/** What is on its way to the server. */
export interface Outbox {
  of(number: number): Outgoing[];
  /** Takes a message for sending: shown at once, sent once, whatever the network does. */
  send(message: Pick<Outgoing, "number" | "kind" | "text" | "files">): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  /** Whether a stored message is one of these; then it is shown once. */
  settle(message: MessageView): void;
  stop(): void;
}

/** Messages between "send" and the server's word that they are durable; kept over reloads, one in flight per ticket. */
export function createOutbox(): Outbox {
  const prefix = `outbox.${me().id}.`;
  const waiting = new SvelteMap(storedUnder<Outgoing>(prefix));
  const inFlight = new Set<number>();
  let again: ReturnType<typeof setTimeout> | undefined;

  function keep(message: Outgoing): void {
    waiting.set(message.clientId, message);
    preference(prefix + message.clientId).write(JSON.stringify(message));
  }

  function discard(clientId: string): void {
    waiting.delete(clientId);
    preference(prefix + clientId).write(null);
  }

  function of(number: number): Outgoing[] {
    return [...waiting.values()].filter((one) => one.number === number).sort((a, b) => a.at.localeCompare(b.at));
  }

  function flush(): void {
    for (const number of new Set([...waiting.values()].map((message) => message.number))) void flushTicket(number);
  }

  async function flushTicket(number: number): Promise<void> {
    if (inFlight.has(number)) return;
    inFlight.add(number);
    try {
      // What was refused stays where it is and holds up nothing behind it.
      for (let next = pending(number); next; next = pending(number)) if (!(await deliver(next))) return;
    } finally {
      inFlight.delete(number);
    }
  }

  function pending(number: number): Outgoing | undefined {
    return of(number).find((message) => !message.stored && message.refused === undefined);
  }

  /** Whether to go on with the next one. */
  async function deliver(message: Outgoing): Promise<boolean> {
    const { clientId, number, kind, text, files } = message;
    try {
      await ask(kind, {
        clientId,
        number,
        text,
        ...(files.length > 0 ? { files: files.map((file) => file.id) } : {}),
      });
      // Unless the conversation was faster than the answer.
      if (waiting.has(clientId)) waiting.set(clientId, { ...message, stored: true });
      preference(prefix + clientId).write(null);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!PASSING.has(error.code)) {
        keep({ ...message, refused: explain(error) });
        return true;
      }
      clearTimeout(again);
      again = setTimeout(flush, TRY_AGAIN_AFTER);
      return false;
    }
  }

  const stop = onConnected(flush);

  return {
    of,
    send: (message) => {
      keep({ ...message, clientId: newId(), at: new Date().toISOString() });
      void flushTicket(message.number);
    },
    retry: (clientId) => {
      const message = waiting.get(clientId);
      if (!message) return;
      const { refused: _, ...fresh } = message;
      keep(fresh);
      void flushTicket(fresh.number);
    },
    discard,
    settle: (message) => {
      // `_id` of a reply or note is `reply/<agent>/<clientId>`.
      const clientId = message.id.slice(message.id.lastIndexOf("/") + 1);
      if (waiting.has(clientId)) discard(clientId);
    },
    stop: () => {
      clearTimeout(again);
      stop();
    },
  };
}
