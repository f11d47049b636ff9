import { get, Problem } from "./api.ts";
import { ask, connection, hear, onConnected, tell } from "./connection.svelte.ts";
import { merge, readFrom } from "./timeline.ts";
import type { EventView, MessageView, Named, Page, TicketSummary, TicketView } from "./types.ts";

const PAGE = 100;
/** The widget repeats "typing" every few seconds; silence for longer means that they stopped. */
const TYPING_FOR = 6_000;
/** Several changes at once, as in filing, read the events once. */
const EVENTS_AFTER = 300;

/** One ticket with what was said and what happened, as it is now. */
export interface Conversation {
  readonly number: number;
  readonly phase: "loading" | "ready" | "failed" | "missing";
  readonly problem: Problem | null;
  readonly ticket: TicketView | null;
  readonly messages: MessageView[];
  readonly events: EventView[];
  /** Who else looks at it, by id and name; includes ourselves where the server says so. */
  readonly viewers: Named[];
  readonly typing: string | null;
  load(): Promise<void>;
  /** Tells the server that this agent has seen everything up to here. */
  see(agent: string): void;
  stop(): void;
}

/** One open ticket, kept live; after a lost network it reads on after what it has. */
export function createConversation(number: number): Conversation {
  let phase = $state<Conversation["phase"]>("loading");
  let problem = $state<Problem | null>(null);
  let ticket = $state<TicketView | null>(null);
  let messages = $state.raw<MessageView[]>([]);
  let events = $state.raw<EventView[]>([]);
  let viewers = $state<Named[]>([]);
  let typing = $state<string | null>(null);
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let reading: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let seenUpTo = 0;

  const last = (): number => messages.at(-1)?.seq ?? 0;

  async function load(): Promise<void> {
    if (phase === "failed") phase = "loading";
    try {
      const [read] = await Promise.all([get<TicketView>(`/tickets/${number}`), readMessages(), readEvents()]);
      if (!ticket || ticket.version <= read.version) ticket = read;
      phase = "ready";
      problem = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
      if (phase === "loading") phase = error.status === 404 ? "missing" : "failed";
    }
  }

  /** Joins the live conversation, which the server does before it reads: nothing falls between. Without a socket, only reads. */
  async function readMessages(): Promise<void> {
    const after = readFrom(messages);
    const answer = await ask("watch", { number, after }).catch(() => null);
    const read = answer
      ? [answer.messages as MessageView[]]
      : await pages<MessageView>(`/tickets/${number}/messages`, after);
    if (!stopped) messages = merge(messages, read.flat());
  }

  async function readEvents(): Promise<void> {
    events = (await pages<EventView>(`/tickets/${number}/events`)).flat();
  }

  function hearMessage(body: { number: number; previous: number; message: MessageView }): void {
    if (body.number !== number) return;
    if (body.message.from === "customer") typing = null;
    // Something before it is missing: read on after what is here, which brings this one too.
    if (body.message.seq > last() && body.previous !== last()) void readMessages().catch(() => {});
    else messages = merge(messages, [body.message]);
  }

  function hearTicket(summary: TicketSummary): void {
    if (summary.number !== number || !ticket || ticket.version > summary.version) return;
    ticket = { ...ticket, ...summary, contact: { ...ticket.contact, ...summary.contact } };
    reading ??= setTimeout(() => {
      reading = undefined;
      void readEvents().catch(() => {});
    }, EVENTS_AFTER);
  }

  function hearTyping(body: { number: number; name: string }): void {
    if (body.number !== number) return;
    typing = body.name;
    clearTimeout(quiet);
    quiet = setTimeout(() => (typing = null), TYPING_FOR);
  }

  function see(agent: string): void {
    const upTo = last();
    if (!ticket || upTo <= Math.max(seenUpTo, ticket.seen[agent] ?? 0)) return;
    seenUpTo = upTo;
    void ask("seen", { number, upTo }).catch(() => {
      seenUpTo = 0;
    });
  }

  const stops = [
    onConnected(() => void load()),
    hear("message", hearMessage),
    hear("ticket", hearTicket),
    hear("typing", hearTyping),
    hear("viewing", (body) => {
      if (body.number === number) viewers = body.agents;
    }),
    hear("state", (body) => {
      const known = body.number === number && messages.find((message) => message.id === body.id);
      if (known)
        messages = merge(messages, [{ ...known, state: body.state, ...(body.reason ? { reason: body.reason } : {}) }]);
    }),
  ];
  if (!connection.online) void load();

  return {
    number,
    get phase() {
      return phase;
    },
    get problem() {
      return problem;
    },
    get ticket() {
      return ticket;
    },
    get messages() {
      return messages;
    },
    get events() {
      return events;
    },
    get viewers() {
      return viewers;
    },
    get typing() {
      return typing;
    },
    load,
    see,
    stop: () => {
      stopped = true;
      clearTimeout(quiet);
      clearTimeout(reading);
      tell("unwatch", { number });
      for (const stop of stops) stop();
    },
  };
}

async function pages<Item>(path: string, after?: number): Promise<Item[][]> {
  const read: Item[][] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await get(path, { after, cursor, limit: PAGE });
    read.push(page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return read;
}
