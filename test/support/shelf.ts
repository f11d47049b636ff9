import type { Settings } from "../../src/core.ts";
import { decide, type Facts, type Plan } from "../../src/intake/decide.ts";
import type { Contact, Conversation, Message, Ticket } from "../../src/types.ts";
import { inbound, testSettings } from "./core.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-22T08:00:00Z");
const VISITOR = "v-one";

/** So many minutes into the story. */
export const at = (minutes: number) => new Date(START + minutes * MINUTE);

/** What the database would hold of one conversation, and what filing makes of it. */
export class Shelf {
  conversation: Conversation | null = null;
  tickets: Ticket[] = [];
  contacts = new Map<string, Contact>();
  filed: { id: string; ticket: string; seq: number }[] = [];
  acknowledgements: Message[] = [];
  events: { ticket: string; kind: string; data: Record<string, unknown> | undefined }[] = [];
  private number = 1_000;

  /** Kinds of what happened, to one ticket or to all. */
  kinds(ticket?: Ticket): string[] {
    return this.events.filter((event) => !ticket || event.ticket === ticket._id).map(({ kind }) => kind);
  }

  file(messages: Message[], settings: Settings = testSettings(), now = latest(messages)): Plan {
    const plan = decide(this.facts(messages), settings, now, () => ++this.number);
    this.conversation = plan.conversation;
    for (const { ticket, isNew, happenings } of plan.tickets) {
      this.tickets = [...this.tickets.filter(({ _id }) => _id !== ticket._id || isNew), ticket];
      for (const { kind, data } of happenings) this.events.push({ ticket: ticket._id, kind, data });
    }
    for (const { contact } of plan.contacts) this.contacts.set(contact.addresses[0] ?? "", contact);
    for (const { id, changes } of plan.filed)
      this.filed.push({ id, ticket: changes.ticket ?? "", seq: changes.seq ?? 0 });
    this.acknowledgements.push(...plan.acknowledgements);
    return plan;
  }

  facts(messages: Message[]): Facts {
    const tickets = new Map<string, Ticket>();
    for (const ticket of this.tickets) {
      const author = ticket.author ?? "";
      if ((tickets.get(author)?.number ?? 0) < ticket.number) tickets.set(author, ticket);
    }
    return { conversation: this.conversation, messages, tickets, contacts: new Map(this.contacts) };
  }

  end(status: "resolved" | "closed", at: Date): void {
    this.tickets = this.tickets.map((ticket) => {
      const { open, unrouted, ...rest } = ticket;
      return open ? { ...rest, status, resolvedAt: at } : ticket;
    });
  }
}

/** A moment after the last of them. */
export function latest(messages: Message[]): Date {
  return new Date(Math.max(...messages.map(({ receivedAt }) => receivedAt.getTime())) + 1_000);
}

let order = 0;
/** An unfiled message of the one visitor. */
export function message(over: Partial<Message> = {}): Message {
  const said = inbound({ conversationId: VISITOR });
  return {
    ...said,
    _id: `website/${said.externalId}`,
    kind: "inbound",
    conversation: `website/${VISITOR}`,
    order: ++order,
    hash: "",
    trace: "",
    state: "received",
    unfiled: true,
    receivedAt: new Date(START),
    ...over,
  };
}
