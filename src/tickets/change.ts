import type { ClientSession, UpdateFilter } from "../../adapters/mongo.ts";
import { isDuplicateKey } from "../../adapters/mongo.ts";
import { type Core, ROUTING } from "../core.ts";
import { crashPoint } from "../crash-point.ts";
import { Refusal } from "../errors.ts";
import type { Ticket } from "../types.ts";
import { asEvents, type Happening } from "./events.ts";

/** Other writers of the same ticket may be faster that often in a row before we give up. */
const RUNS = 10;

/** What a change does to a ticket: fields to set (undefined removes one), and what to write to its history. */
export interface Change {
  set?: Fields;
  happenings: Happening[];
  /** Writes that must succeed or fail with it, done first; may add fields. Throws `Stale` to have all decided again. */
  also?(session: ClientSession): Promise<Fields | undefined>;
}

/** Fields of a ticket to set; undefined removes one. */
export type Fields = { [Field in keyof Ticket]?: Ticket[Field] | undefined };

/** Somebody else changed what had been read: read again, decide again. */
export class Stale extends Error {}

/**
 * Reads a ticket, lets `decide` say what becomes of it (null: nothing; a Refusal: why not), and writes that with its events in
 * one transaction that fails, and starts again, when the ticket has changed in between.
 */
export async function changeTicket(
  core: Core,
  filter: { number: number } | { _id: string },
  decide: (ticket: Ticket) => Change | null | Promise<Change | null>,
): Promise<Ticket> {
  const { store, settings } = core;
  for (let run = 0; run < RUNS; run++) {
    const before = await store.tickets.findOne(filter);
    if (!before) throw new Refusal("not_found", "There is no such ticket.", 404);
    const change = await decide(before);
    if (!change) return before;
    try {
      const after = await store.transaction(async (session) => {
        const set = {
          ...change.set,
          ...(await change.also?.(session)),
          version: before.version + 1,
          updatedAt: core.now(),
        };
        const guard = { _id: before._id, version: before.version };
        const { matchedCount } = await store.tickets.updateOne(guard, updateOf(set), { session });
        if (matchedCount === 0) throw new Stale();
        crashPoint("routed, event not written");
        const ticket = changed(before, set);
        const events = asEvents(ticket, change.happenings, settings.version, set.updatedAt);
        if (events.length > 0) await store.events.insertMany(events, { session });
        return ticket;
      });
      crashPoint("routed, agent not told");
      announce(core, before, after);
      return after;
    } catch (fault) {
      if (fault instanceof Stale || isDuplicateKey(fault)) continue;
      throw fault;
    }
  }
  throw new Refusal("busy", "Others are changing this ticket at the same time. Please try again.", 409);
}

function changed(before: Ticket, set: Fields): Ticket {
  const fields = Object.entries({ ...before, ...set }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as unknown as Ticket;
}

function updateOf(set: Fields): UpdateFilter<Ticket> {
  const fields = Object.entries(set);
  const kept = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const removed = Object.fromEntries(fields.filter(([, value]) => value === undefined).map(([field]) => [field, true]));
  return { $set: kept, ...(Object.keys(removed).length > 0 && { $unset: removed }) } as UpdateFilter<Ticket>;
}

/** A waiting line is looked at again when a ticket joins it, and every one when somebody may have got room. */
function announce(
  core: Core,
  before: Ticket,
  { _id, conversation, version, queue, unrouted, assignee, status }: Ticket,
): void {
  core.whispers.say({ about: "ticket", ticket: _id, conversation, version });
  const madeRoom = before.assignee && (before.assignee.id !== assignee?.id || before.status !== status);
  const queues = madeRoom ? [...core.settings.queues.keys()] : unrouted ? [queue] : [];
  void core.hints.give(ROUTING, queues);
}
