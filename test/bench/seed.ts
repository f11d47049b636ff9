import { randomUUID } from "node:crypto";
import type { Store } from "../../src/store.ts";
import { searchWords } from "../../src/tickets/search.ts";
import type { Message, Ticket } from "../../src/types.ts";

const AT_ONCE = 5_000;
/** Of each hundred tickets, as many are unsolved. */
const UNSOLVED = 2;
const SYLLABLES = "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se".split(
  " ",
);

/** Unfiled messages of as many new customers, as they lie in the ledger when no worker came for them. */
export async function leaveBehind(store: Store, count: number): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE)
    await store.messages.insertMany(
      Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => unfiled(start + index)),
      { ordered: false },
    );
}

function unfiled(order: number): Message {
  const conversationId = `v-backlog-${order}`;
  return {
    _id: `website/${conversationId}/1`,
    kind: "inbound",
    inbox: "website",
    channel: "webchat",
    conversation: `website/${conversationId}`,
    conversationId,
    from: { address: conversationId },
    text: "Hello, I wrote while nobody was there to file it.",
    attachments: [],
    receivedAt: new Date(),
    order,
    hash: "",
    trace: randomUUID(),
    state: "received",
    unfiled: true,
    raw: {},
  };
}

/** A name that some tens of a million share. */
export function nameOf(index: number): string {
  const syllable = (place: number) => SYLLABLES[Math.floor(index / SYLLABLES.length ** place) % SYLLABLES.length] ?? "";
  return `${syllable(0)}${syllable(1)} ${syllable(2)}${syllable(1)}${syllable(0)}ne`;
}

/** So many tickets, most of them closed; numbers begin at 1. */
export async function seedTickets(store: Store, count: number): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE)
    await store.tickets.insertMany(
      Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => ticket(start + index + 1)),
      // Nothing is promised of a seed: the wait for the disk would only take time.
      { ordered: false, writeConcern: { w: 1 } },
    );
}

function ticket(number: number): Ticket {
  const address = `v-${number}`;
  const name = nameOf(number);
  const at = new Date(Date.UTC(2024, 0, 1) + number * 30_000);
  const unsolved = number % 100 < UNSOLVED;
  return {
    _id: `seed-${number}`,
    number,
    channel: "webchat",
    inbox: "website",
    conversation: `website/${address}`,
    conversationId: address,
    author: null,
    contact: `contact-${number}`,
    contactName: name,
    participants: [{ address, role: "requester" }],
    subject: "Where is my parcel?",
    language: "en",
    kind: "support",
    priority: "normal",
    rank: 3,
    tier: "L1",
    queue: "support",
    assignee: null,
    status: unsolved ? "open" : "closed",
    ...(unsolved && { open: true as const }),
    tags: [],
    clocks: {},
    lastMessage: { text: "Where is my parcel?", from: "customer", at, seq: 1 },
    waitingSince: unsolved ? at : null,
    seen: {},
    search: searchWords(String(number), name, undefined, address),
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...(!unsolved && { closedAt: at }),
  };
}
