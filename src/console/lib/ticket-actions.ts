import { askPatiently } from "./connection.svelte.ts";
import { t } from "./i18n.svelte.ts";
import { done, fault } from "./toasts.svelte.ts";
import type { TicketSummary } from "./types.ts";

/** What needs nothing but the ticket. */
export type Simple = "claim" | "release" | "resolve" | "close" | "reopen";

/** What the buttons of an open ticket need. */
export interface TicketActions {
  can: Set<Simple | "handOver">;
  busy: boolean;
  run: (action: Simple) => void;
  handOver: () => void;
}

/** What an agent does to a ticket: done by the server, told in words; the news itself comes over the socket. */
export async function act(action: Simple, number: number): Promise<boolean> {
  return attempt(action, { number }, t(`done.${action}`, { number }));
}

/** Gives a ticket to an agent or a queue, whose name is for the words. */
export async function handOver(
  number: number,
  to: { agent: string } | { queue: string },
  name: string,
): Promise<boolean> {
  return attempt("handOver", { number, ...to }, t("done.handOver", { number, name }));
}

/** Which of them make sense for a ticket as it is. */
export function possible(ticket: Pick<TicketSummary, "status" | "assignee">, agent: string): Set<Simple | "handOver"> {
  if (ticket.status === "closed") return new Set(["reopen"]);
  if (ticket.status === "resolved") return new Set(["reopen", "close"]);
  const always = ["resolve", "close", "handOver"] as const;
  if (ticket.assignee === null) return new Set([...always, "claim"]);
  // Somebody else's ticket is handed over, by them or by whoever sees that they are gone; it is not claimed.
  return new Set(ticket.assignee.id === agent ? [...always, "release"] : always);
}

async function attempt(event: string, body: object, text: string): Promise<boolean> {
  try {
    await askPatiently(event, body);
    done(text);
    return true;
  } catch (problem) {
    fault(problem);
    return false;
  }
}
