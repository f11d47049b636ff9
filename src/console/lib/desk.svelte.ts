import { get } from "./api.ts";
import { connection, hear, onConnected } from "./connection.svelte.ts";
import { learnMe, me } from "./session.svelte.ts";
import { createTicketList, type ListQuery, type TicketList } from "./ticket-list.svelte.ts";
import { unread } from "./ticket-order.ts";
import type { Counts, TicketSummary } from "./types.ts";

/** A burst of tickets asks for the counts once. */
const COUNT_AFTER = 400;

/** The lists of an agent, and what they count. */
export interface Desk {
  /** What no agent has taken, and what I hold: always kept, whatever else is shown. */
  readonly waiting: TicketList;
  readonly mine: TicketList;
  /** The list that is shown. */
  readonly shown: TicketList;
  readonly counts: Counts | null;
  /** Tickets with something that I have not seen: mine, and those that wait. */
  readonly unread: number;
  show(query: ListQuery): void;
  apply(ticket: TicketSummary): void;
  stop(): void;
}

/** Everything beside the open conversation: lists and counts, read again at each connection. */
export function createDesk(): Desk {
  const { id } = me();
  // An admin may give us other queues at any time.
  const reader = {
    id,
    get queues() {
      return me().queues;
    },
  };
  const waiting = createTicketList({ view: "waiting", status: "unsolved" }, reader);
  const mine = createTicketList({ view: "mine", status: "unsolved" }, reader);
  let shown = $state.raw<TicketList>(mine);
  let counts = $state<Counts | null>(null);
  let counting: ReturnType<typeof setTimeout> | undefined;

  const lists = (): Set<TicketList> => new Set([waiting, mine, shown]);

  function show(query: ListQuery): void {
    const kept = [waiting, mine].find(
      (list) => !query.find && list.query.view === query.view && list.query.status === query.status,
    );
    if (kept) shown = kept;
    else if (JSON.stringify(shown.query) !== JSON.stringify(query)) {
      shown = createTicketList(query, reader);
      void shown.load();
    }
  }

  function apply(ticket: TicketSummary): void {
    for (const list of lists()) list.apply(ticket);
    counting ??= setTimeout(() => {
      counting = undefined;
      void count();
    }, COUNT_AFTER);
  }

  async function count(): Promise<void> {
    counts = await get<Counts>("/ticket-counts").catch(() => counts);
  }

  function readAgain(): void {
    for (const list of lists()) void list.load();
    void count();
  }

  const stops = [
    onConnected(readAgain),
    hear("ticket", apply),
    hear("hello", ({ available, queues }) => learnMe({ available, queues: queues.map((queue) => queue.id) })),
  ];
  if (!connection.online) readAgain();

  return {
    waiting,
    mine,
    get shown() {
      return shown;
    },
    get counts() {
      return counts;
    },
    get unread() {
      const all = new Map([...waiting.tickets, ...mine.tickets]);
      return [...all.values()].filter((ticket) => unread(ticket, reader.id)).length;
    },
    show,
    apply,
    stop: () => {
      clearTimeout(counting);
      for (const stop of stops) stop();
    },
  };
}
