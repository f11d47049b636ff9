import { SvelteMap } from "svelte/reactivity";
import { get, Problem } from "./api.ts";
import { belongs, type Reader } from "./ticket-order.ts";
import type { Page, StatusFilter, TicketSummary, ViewName } from "./types.ts";

const PAGE = 50;
/** As many as the API gives at once: what had been read is read again in one go. */
const LARGEST_PAGE = 200;

/** What a list is of. */
export interface ListQuery {
  view: ViewName;
  status: StatusFilter;
  /** A search: then the server alone decides what is in the list. */
  find?: string;
}

/** A list of tickets, its pages read so far. */
export interface TicketList {
  readonly query: ListQuery;
  readonly tickets: SvelteMap<number, TicketSummary>;
  readonly phase: "loading" | "ready" | "failed";
  readonly problem: Problem | null;
  readonly hasMore: boolean;
  /** Reads the list again from its start; what is shown stays until the answer is there. */
  load(): Promise<void>;
  more(): Promise<void>;
  /** Takes news of one ticket: shown, moved or taken out. An older version than the known one is ignored. */
  apply(ticket: TicketSummary): void;
}

/** A live list of tickets: read over the API, kept by what the socket tells. */
export function createTicketList(query: ListQuery, reader: Reader): TicketList {
  const tickets = new SvelteMap<number, TicketSummary>();
  let phase = $state<TicketList["phase"]>("loading");
  let problem = $state<Problem | null>(null);
  let cursor = $state<string | null>(null);
  let round = 0;
  // What the socket told while a page was under way, which may be newer than the page.
  let news: TicketSummary[] = [];
  let reading = 0;

  async function load(): Promise<void> {
    const current = ++round;
    if (phase === "failed") phase = "loading";
    const page = await read(null, Math.min(LARGEST_PAGE, Math.max(PAGE, tickets.size)));
    if (!page || current !== round) return;
    const listed = new Set(page.items.map((ticket) => ticket.number));
    for (const number of tickets.keys()) if (!listed.has(number)) tickets.delete(number);
    accept(page);
  }

  async function more(): Promise<void> {
    const current = round;
    const page = cursor && (await read(cursor));
    if (page && current === round) accept(page);
  }

  function accept(page: Page<TicketSummary>): void {
    for (const ticket of page.items) put(ticket);
    cursor = page.nextCursor;
    phase = "ready";
    problem = null;
    for (const ticket of news) apply(ticket);
  }

  async function read(from: string | null, limit = PAGE): Promise<Page<TicketSummary> | null> {
    if (reading++ === 0) news = [];
    try {
      return await get<Page<TicketSummary>>("/tickets", { ...asked(query), cursor: from, limit });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
      // A list that is already there is better than none; the bar above says that we are not connected.
      if (phase === "loading") phase = "failed";
      return null;
    } finally {
      reading--;
    }
  }

  function apply(ticket: TicketSummary): void {
    if (reading > 0) news.push(ticket);
    if (phase === "loading") return;
    const known = tickets.get(ticket.number);
    if (known && known.version > ticket.version) return;
    if (query.find ? known !== undefined : belongs(ticket, query.view, query.status, reader)) put(ticket);
    else tickets.delete(ticket.number);
  }

  function put(ticket: TicketSummary): void {
    const known = tickets.get(ticket.number);
    if (!known || known.version <= ticket.version) tickets.set(ticket.number, ticket);
  }

  return {
    query,
    tickets,
    get phase() {
      return phase;
    },
    get problem() {
      return problem;
    },
    get hasMore() {
      return cursor !== null;
    },
    load,
    more,
    apply,
  };
}

function asked({ view, status, find }: ListQuery): Record<string, string> {
  if (find) return { view: "all", q: find };
  return view === "waiting" ? { view: "queues", status, assignee: "none" } : { view, status };
}
