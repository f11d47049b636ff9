import { z } from "zod";
import type { Filter } from "../../adapters/mongo.ts";
import type { Store } from "../store.ts";
import { foldCase } from "../tickets/search.ts";
import { ticketSummary } from "../tickets/views.ts";
import type { Agent, Ticket } from "../types.ts";
import { page, readCursor } from "./cursor.ts";

/** More words find nothing that fewer do not, and each costs. */
const MOST_WORDS = 5;
const EPOCH = new Date(0);
/** Without it MongoDB counts open tickets by reading all: it takes a partial index only for the fields that are in it. */
const OPEN_ONES = { hint: "inbox" };

export interface TicketQuery {
  view: "mine" | "queues" | "all";
  status?: Ticket["status"] | "unsolved" | undefined;
  queue?: string | undefined;
  assignee?: string | undefined;
  channel?: string | undefined;
  contact?: string | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/**
 * A page of tickets. Unsolved ones come in the order in which they want an answer: by priority and waiting time, then
 * those that wait for the customer. All others come newest first. A cursor names the place after a ticket, not a count:
 * tickets that come or go move nobody else across a page's edge.
 */
export async function listTickets(store: Store, agent: Agent, query: TicketQuery) {
  const filter = filterOf(agent, query);
  const { status, limit } = query;
  if (status === undefined || status === "resolved" || status === "closed") return newestFirst(store, filter, query);
  const place = query.cursor === undefined ? null : readCursor(LinePlace, query.cursor);
  const found = place?.[0] === "done" ? [] : await waiting(store, filter, limit + 1, place);
  if (found.length <= limit)
    found.push(...(await answered(store, filter, limit + 1 - found.length, place?.[0] === "done" ? place : null)));
  return page(
    found,
    limit,
    ({ waitingSince, rank, number }) =>
      waitingSince ? ["wait", rank, waitingSince.getTime(), number] : ["done", number],
    ticketSummary,
  );
}

const LinePlace = z.union([
  z.tuple([z.literal("wait"), z.number(), z.number(), z.number()]),
  z.tuple([z.literal("done"), z.number()]),
]);
const NewestPlace = z.tuple([z.literal("new"), z.number(), z.number()]);

function waiting(store: Store, filter: Filter<Ticket>, limit: number, place: z.output<typeof LinePlace> | null) {
  const after: Filter<Ticket>[] = [];
  if (place?.[0] === "wait") {
    const [, rank, since, number] = place;
    const waitingSince = new Date(since);
    after.push(
      // Where the index scan begins; the rest only decides within it.
      { rank: { $gte: rank } },
      {
        $or: [
          { rank: { $gt: rank } },
          { rank, waitingSince: { $gt: waitingSince } },
          { rank, waitingSince, number: { $gt: number } },
        ],
      },
    );
  }
  return store.tickets
    .find({ $and: [filter, { waitingSince: { $gt: EPOCH } }, ...after] })
    .sort({ rank: 1, waitingSince: 1, number: 1 })
    .limit(limit)
    .toArray();
}

function answered(store: Store, filter: Filter<Ticket>, limit: number, place: ["done", number] | null) {
  const after: Filter<Ticket>[] = place ? [{ number: { $lt: place[1] } }] : [];
  return store.tickets
    .find({ $and: [filter, { waitingSince: null }, ...after] })
    .sort({ number: -1 })
    .limit(limit)
    .toArray();
}

async function newestFirst(store: Store, filter: Filter<Ticket>, { cursor, limit }: TicketQuery) {
  const after: Filter<Ticket>[] = [];
  if (cursor !== undefined) {
    const [, at, number] = readCursor(NewestPlace, cursor);
    const updatedAt = new Date(at);
    after.push(
      { updatedAt: { $lte: updatedAt } },
      { $or: [{ updatedAt: { $lt: updatedAt } }, { number: { $lt: number } }] },
    );
  }
  const found = await store.tickets
    .find({ $and: [filter, ...after] })
    .sort({ updatedAt: -1, number: -1 })
    .limit(limit + 1)
    .toArray();
  return page(found, limit, ({ updatedAt, number }) => ["new", updatedAt.getTime(), number], ticketSummary);
}

function filterOf(agent: Agent, { view, status, queue, assignee, channel, contact, q }: TicketQuery): Filter<Ticket> {
  const parts: Filter<Ticket>[] = [{}];
  if (view === "mine") parts.push({ "assignee.id": agent._id });
  if (view === "queues") parts.push({ queue: { $in: agent.queues } });
  if (status === "unsolved") parts.push({ open: true });
  else if (status === "resolved" || status === "closed") parts.push({ status });
  else if (status !== undefined) parts.push({ status, open: true });
  if (queue !== undefined) parts.push({ queue });
  if (assignee !== undefined) parts.push(assignee === "none" ? { assignee: null } : { "assignee.id": assignee });
  if (channel !== undefined) parts.push({ channel });
  if (contact !== undefined) parts.push({ contact });
  if (q !== undefined) parts.push(matching(q));
  return { $and: parts };
}

/** `#12` is a number and nothing else; `12` may also begin a phone number. */
function matching(q: string): Filter<Ticket> {
  const [, hash, digits] = /^(#?)(\d{1,10})$/.exec(q.trim()) ?? [];
  if (hash) return { number: Number(digits) };
  const words = foldCase(q).split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  if (words.length === 0) return { number: -1 };
  const prefixes = { $and: words.map(beginning) };
  return digits === undefined ? prefixes : { $or: [{ number: Number(digits) }, prefixes] };
}

/** `o'neil` begins an address as it stands, and a name as its parts. */
function beginning(word: string): Filter<Ticket> {
  const begins = (text: string): Filter<Ticket> => ({ search: { $regex: `^${escaped(text)}` } });
  const parts = word.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (parts.length === 0 || parts[0] === word) return begins(word);
  return { $or: [begins(word), { $and: parts.map(begins) }] };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** What the console shows beside its views: unsolved tickets, and those in the agent's queues that wait for anybody. */
export async function countTickets(store: Store, agent: Agent) {
  const inQueues = { queue: { $in: agent.queues } };
  const [mine, queues, all, waiting] = await Promise.all([
    store.tickets.countDocuments({ open: true, "assignee.id": agent._id }),
    store.tickets.countDocuments({ open: true, ...inQueues }, OPEN_ONES),
    store.tickets.countDocuments({ open: true }, OPEN_ONES),
    store.tickets.countDocuments({ unrouted: true, ...inQueues }),
  ]);
  return { mine, queues, all, waiting };
}
