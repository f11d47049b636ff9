import type { Store } from "../../src/store.ts";
import type { Message, Ticket, TicketEvent } from "../../src/types.ts";

/** Somebody who writes on one channel: what a new channel brings to the harness, beside rows of its own. */
export interface Correspondent {
  /** `inbox/conversationId`. */
  conversation(): string;
  write(text: string): void;
  /** Something that people on this channel do now and then, such as losing the network. */
  fidget?(kind: number): void;
  /** Written and not yet accepted. */
  pending(): number;
  /** Texts, oldest first. */
  written: string[];
  /** The id that the gateway gave, by text. */
  accepted: Map<string, string>;
  /** Ids of all that they have seen, in order; absent where a channel cannot tell. */
  seen?(): string[];
  /** How often a message of ours has reached them, where the channel can tell. */
  reached?(id: string): number;
  /** What they saw that nobody may see. */
  wrongs: string[];
  /** Milliseconds that each acceptance took; the codes of refusals, and the milliseconds that each took. */
  waits: number[];
  refusals: string[];
  refusedAfter: number[];
  close(): void;
}

/** What must be 0, whatever has happened. */
export const ZEROS = [
  "lost",
  "doubled",
  "tickets doubled",
  "acks missing",
  "acks doubled",
  "answers missing",
  "answers doubled",
  "order broken",
  "seq holes",
  "capacity exceeded",
] as const;
export type Zero = (typeof ZEROS)[number];

/** What was counted beside: proof that there was something to lose. */
export const FIGURES = ["accepted", "tickets", "acks", "no ack, said why", "answers", "uncertain"] as const;
export type Figure = (typeof FIGURES)[number];

export interface Tally {
  zeros: Record<Zero, number>;
  figures: Record<Figure, number>;
  /** What is wrong, in words. */
  wrongs: string[];
}

export function emptyTally(): Tally {
  const none = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  return { zeros: none(ZEROS), figures: none(FIGURES), wrongs: [] };
}

export function addTally(to: Tally, { zeros, figures, wrongs }: Tally): void {
  for (const name of ZEROS) to.zeros[name] += zeros[name];
  for (const name of FIGURES) to.figures[name] += figures[name];
  to.wrongs.push(...wrongs);
}

/** Counts one wrong. */
export function blame(tally: Tally, zero: Zero, words: string): void {
  tally.zeros[zero]++;
  tally.wrongs.push(`${zero}: ${words}`);
}

/** Everything about one conversation, read at one moment. */
export interface Books {
  messages: Message[];
  tickets: Ticket[];
  events: TicketEvent[];
  lastSeq: number;
}

/**
 * Why a conversation is not at rest yet; undefined when all that was written is filed, sent and seen. `waiting`: how many
 * were pending before the books were read.
 */
export function unrest(person: Correspondent, { messages }: Books, waiting: number): string | undefined {
  if (waiting > 0) return `${person.pending()} not accepted (${person.refusals.slice(-3)})`;
  const open = messages.find(({ unfiled, unsent }) => unfiled || unsent);
  if (open) return `${open._id} is ${open.state}, ${open.fault ?? "without fault"} ${JSON.stringify(open.lease ?? "")}`;
  const visible = visibleOf(messages);
  const seen = person.seen?.() ?? visible;
  return seen.join() === visible.join() ? undefined : `${visible.length} messages, ${seen.length} of them seen`;
}

/** The books of one conversation against what its people know. */
export function account(person: Correspondent, books: Books): Tally {
  const tally = emptyTally();
  const inbound = books.messages.filter(({ kind }) => kind === "inbound");
  tally.figures.accepted = person.accepted.size;
  checkInbound(tally, person, inbound);
  checkOrder(tally, person, books, inbound);
  checkTickets(tally, books);
  for (const ticket of books.tickets) checkAcknowledgement(tally, person, books, ticket);
  checkAnswers(tally, person, books);
  return tally;
}

export async function booksOf(store: Store, id: string): Promise<Books> {
  const { messages, tickets, events, conversations } = store;
  return store.transaction(async (session) => {
    const theirs = await tickets.find({ conversation: id }, { session }).toArray();
    return {
      tickets: theirs,
      messages: await messages.find({ conversation: id }, { session }).sort({ seq: 1 }).toArray(),
      events: await events.find({ ticket: { $in: theirs.map(({ _id }) => _id) } }, { session }).toArray(),
      lastSeq: (await conversations.findOne({ _id: id }, { session }))?.lastSeq ?? 0,
    };
  });
}

function visibleOf(messages: Message[]): string[] {
  return messages.filter(({ kind, state }) => kind !== "note" && state !== "failed").map(({ _id }) => _id);
}

function checkInbound(tally: Tally, { written, accepted }: Correspondent, inbound: Message[]): void {
  for (const text of written) {
    const id = accepted.get(text);
    const found = inbound.filter((message) => message.text === text);
    if (!id) blame(tally, "lost", `"${text}" was never accepted`);
    else if (!found.some(({ _id, state }) => _id === id && state === "filed"))
      blame(tally, "lost", `"${text}" was accepted as ${id}, and is ${found[0]?.state ?? "not there"}`);
    for (const { _id } of found.slice(1)) blame(tally, "doubled", `"${text}" is there again as ${_id}`);
  }
  for (const { _id, text } of inbound)
    if (!written.includes(text)) blame(tally, "doubled", `${_id} was written by nobody`);
}

function checkOrder(tally: Tally, person: Correspondent, { messages, lastSeq }: Books, inbound: Message[]): void {
  const places = inbound.map(({ text }) => person.written.indexOf(text));
  places.forEach((place, index) => {
    const before = places[index - 1];
    if (before !== undefined && place < before)
      blame(tally, "order broken", `"${inbound[index]?.text}" stands behind "${inbound[index - 1]?.text}"`);
  });
  messages.forEach(({ _id, seq }, index) => {
    if (seq !== index + 1) blame(tally, "seq holes", `${_id} has seq ${seq} at place ${index + 1}`);
  });
  if (lastSeq !== messages.length) blame(tally, "seq holes", `lastSeq ${lastSeq} of ${messages.length} messages`);
  const visible = visibleOf(messages);
  const seen = person.seen?.() ?? visible;
  if (seen.join() !== visible.join())
    blame(tally, "seq holes", `${person.conversation()} shows ${seen.length} of ${visible.length} messages`);
  for (const wrong of person.wrongs) blame(tally, "seq holes", wrong);
}

/** A conversation has one ticket, and one more for each that was closed. */
function checkTickets(tally: Tally, { tickets, events, messages }: Books): void {
  tally.figures.tickets = tickets.length;
  const ended = new Set(events.filter(({ kind }) => kind === "closed").map(({ ticket }) => ticket));
  const numbers = tickets.map(({ number }) => number).join(", ");
  if (tickets.length > 1 + ended.size)
    blame(tally, "tickets doubled", `${numbers}, of which ${ended.size} were closed`);
  if (tickets.filter(({ open }) => open).length > 1) blame(tally, "tickets doubled", `${numbers} are open`);
  for (const { _id, number, lastMessage } of tickets) {
    const count = (kind: string) => events.filter((event) => event.ticket === _id && event.kind === kind).length;
    if (count("opened") !== 1) blame(tally, "tickets doubled", `${number} was opened ${count("opened")} times`);
    const given = count("assigned") + count("claimed");
    const free = 1 + count("released") + count("handed_over") + count("reopened");
    if (given > free) blame(tally, "tickets doubled", `${number} was given to ${given} agents, and free ${free} times`);
    const last = messages.findLast(({ ticket, kind }) => ticket === _id && (kind === "inbound" || kind === "reply"));
    if (last && last.seq !== lastMessage.seq)
      blame(tally, "seq holes", `${number} says its last message is ${lastMessage.seq}, not ${last.seq}`);
  }
}

const ARRIVED = ["sent", "delivered", "read"];

function checkAcknowledgement(tally: Tally, person: Correspondent, { messages, events }: Books, ticket: Ticket): void {
  const { _id, number } = ticket;
  const acks = messages.filter(({ kind, ticket: theirs }) => kind === "ack" && theirs === _id);
  const said = (kind: string) => events.filter((event) => event.ticket === _id && event.kind === kind);
  const why = said("not_acknowledged");
  const [ack] = acks;
  tally.figures.acks += acks.length;
  tally.figures["no ack, said why"] += why.length;
  if (!ack && why.length === 0) blame(tally, "acks missing", `${number} has none, and nothing says why`);
  if (acks.length + why.length > 1)
    blame(tally, "acks doubled", `${number}: ${acks.length}, and ${why.length} refused`);
  if (ack && said("acknowledged").length !== 1) blame(tally, "acks missing", `${number} has no event of it`);
  if (ack?.text === "") blame(tally, "acks missing", `${number} has one without words`);
  if (ack) checkSent(tally, person, ack, events, ["acks missing", "acks doubled"]);
}

function checkAnswers(tally: Tally, person: Correspondent, { messages, events }: Books): void {
  const replies = messages.filter(({ kind }) => kind === "reply");
  tally.figures.answers = replies.length;
  const texts = new Set<string>();
  for (const reply of replies) {
    if (texts.has(reply.text)) blame(tally, "answers doubled", `"${reply.text}" as ${reply._id}`);
    texts.add(reply.text);
    checkSent(tally, person, reply, events, ["answers missing", "answers doubled"]);
    if (!events.some(({ kind, data }) => kind === "replied" && data.message === reply._id))
      blame(tally, "answers missing", `${reply._id} has no event`);
  }
}

/** What left is known to have left, once; what cannot be known is `uncertain`, and an event says so. */
function checkSent(
  tally: Tally,
  person: Correspondent,
  { _id, state, text }: Message,
  events: TicketEvent[],
  [missing, doubled]: [Zero, Zero],
): void {
  if (state === "uncertain") {
    tally.figures.uncertain++;
    if (!events.some(({ kind, data }) => kind === "delivery_uncertain" && data.message === _id))
      blame(tally, missing, `${_id} is uncertain, and no event says so`);
  } else if (!ARRIVED.includes(state)) blame(tally, missing, `${_id} is ${state}`);
  const reached = person.reached?.(_id);
  if (reached !== undefined && reached > 1) blame(tally, doubled, `${_id} left ${reached} times: "${text}"`);
  if (reached === 0 && ARRIVED.includes(state)) blame(tally, missing, `${_id} is ${state}, and never left`);
}
