import type { Settings } from "../core.ts";
import { chooseLanguage } from "../languages/choose.ts";
import { isThanks } from "../languages/thanks.ts";
import { GATEWAY, type Happening } from "../tickets/events.ts";
import { searchWords } from "../tickets/search.ts";
import type { Contact, Conversation, Message, Ticket } from "../types.ts";
import { acknowledgementFor } from "./acknowledge.ts";
import { contactId, newContact } from "./contacts.ts";
import { newTicket, subjectOf, UNREADABLE } from "./new-ticket.ts";

/** What filing knows of a conversation before it decides: read together, guarded when it commits. */
export interface Facts {
  conversation: Conversation | null;
  /** Unfiled messages of the conversation, in order. */
  messages: Message[];
  /** The current ticket of each author ("" for none): the open one, else the last. */
  tickets: Map<string, Ticket>;
  /** Known contacts by `channel:address`. */
  contacts: Map<string, Contact>;
}

/** What filing is to write, all of it or none. */
export interface Plan {
  conversation: Conversation;
  filed: { id: string; changes: Partial<Message> }[];
  acknowledgements: Message[];
  /** Tickets as they will be; one that is not new has its version raised by one. */
  tickets: Entry[];
  contacts: { contact: Contact; isNew: boolean }[];
}

export interface Entry {
  ticket: Ticket;
  isNew: boolean;
  happenings: Happening[];
}

/** A message of a conversation could not be understood; the others are not to blame. */
export class MessageFault extends Error {
  readonly messageId: string;
  constructor(id: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.messageId = id;
  }
}

/**
 * Decides where each message goes: the open ticket of its author, the one resolved a short while ago (reopened), or a new
 * one. Pure: the same facts give the same plan. Throws MessageFault when one message is at fault.
 */
export function decide(facts: Facts, settings: Settings, now: Date, nextNumber: () => number): Plan {
  const first = facts.messages[0];
  if (!first) throw new Error("nothing to file");
  const draft: Draft = {
    settings,
    now,
    nextNumber,
    conversation: facts.conversation ? { ...facts.conversation } : newConversation(first, settings, now),
    current: new Map([...facts.tickets].map(([author, ticket]) => [author, { ticket, isNew: false, happenings: [] }])),
    touched: new Set(),
    contacts: new Map(
      [...facts.contacts].map(([address, contact]) => [address, { contact, isNew: false, changed: false }]),
    ),
    plan: { filed: [], acknowledgements: [] },
  };
  for (const message of facts.messages) {
    try {
      place(draft, message);
    } catch (fault) {
      throw new MessageFault(message._id, fault);
    }
  }
  return {
    ...draft.plan,
    conversation: { ...draft.conversation, updatedAt: now },
    tickets: [...draft.touched].map((entry) => (entry.isNew ? entry : { ...entry, ticket: nextVersion(entry.ticket) })),
    contacts: [...draft.contacts.values()].filter(({ changed }) => changed),
  };
}

interface Draft {
  settings: Settings;
  now: Date;
  nextNumber: () => number;
  conversation: Conversation;
  /** The current ticket of each author; `touched` holds every one that changes. */
  current: Map<string, Entry>;
  touched: Set<Entry>;
  contacts: Map<string, { contact: Contact; isNew: boolean; changed: boolean }>;
  plan: Pick<Plan, "filed" | "acknowledgements">;
}

function place(draft: Draft, message: Message): void {
  const dead = (message.tries ?? 0) >= MAX_TRIES;
  if (message.ticket !== undefined) {
    fileAgain(draft, message, dead);
    return;
  }
  const contact = contactOf(draft, message);
  if (!dead) learnLanguage(draft, message);
  const seq = ++draft.conversation.lastSeq;
  const author = message.author ?? "";
  const known = draft.current.get(author);
  const thanks = !dead && message.attachments.length === 0 && isThanks(message.text);
  const belongs = known !== undefined && fits(known.ticket, message, thanks, draft.settings);
  const entry = belongs ? known : openTicket(draft, message, contact, dead);
  if (belongs) revive(entry, draft, message, { reopens: !thanks });
  if (dead) entry.happenings.push(unreadable(message));
  entry.ticket = { ...entry.ticket, lastMessage: summary(message, seq, dead) };
  draft.current.set(author, entry);
  draft.touched.add(entry);
  const { _id: ticket, number } = entry.ticket;
  draft.plan.filed.push({
    id: message._id,
    changes: { ticket, number, seq, state: dead ? "dead" : "filed", language: draft.conversation.language },
  });
  if (!belongs) acknowledge(draft, message, entry, contact);
}

/** After so many tries by its own fault, a message is filed as it is. */
export const MAX_TRIES = 5;

/** A dead letter that somebody handed back keeps its ticket and its place; its ticket gets the subject it lacked. */
function fileAgain(draft: Draft, message: Message, dead: boolean): void {
  draft.plan.filed.push({ id: message._id, changes: { state: dead ? "dead" : "filed" } });
  const entry = [...draft.current.values()].find(({ ticket }) => ticket._id === message.ticket);
  if (!entry || dead) return;
  const { ticket } = entry;
  const isLast = ticket.lastMessage.seq === message.seq;
  const subject = ticket.subject === UNREADABLE ? subjectOf(message) : ticket.subject;
  const lastMessage = isLast ? summary(message, ticket.lastMessage.seq, false) : ticket.lastMessage;
  entry.ticket = { ...ticket, subject, lastMessage };
  entry.happenings.push({ kind: "readable", actor: GATEWAY, data: { message: message._id } });
  draft.touched.add(entry);
}

/** An open ticket takes everything; a resolved one takes thanks, and within the window reopens; a closed one takes thanks. */
function fits(ticket: Ticket, message: Message, thanks: boolean, settings: Settings): boolean {
  if (ticket.open || thanks) return true;
  const resolvedAt = ticket.resolvedAt?.getTime();
  return (
    ticket.status === "resolved" &&
    resolvedAt !== undefined &&
    message.receivedAt.getTime() - resolvedAt <= settings.reopenWithin
  );
}

function openTicket(draft: Draft, message: Message, contact: Contact, dead: boolean): Entry {
  const ticket = newTicket({
    message,
    contact,
    number: draft.nextNumber(),
    language: draft.conversation.language,
    settings: draft.settings,
    now: draft.now,
    dead,
  });
  const happenings: Happening[] = [
    {
      kind: "opened",
      actor: { kind: "customer", id: contact._id, name: ticket.contactName },
      data: { message: message._id },
    },
  ];
  return { ticket, isNew: true, happenings };
}

function unreadable({ _id, fault }: Message): Happening {
  return { kind: "unreadable", actor: GATEWAY, data: { message: _id, reason: fault } };
}

/** What a further message does to its ticket: it is our turn again; a resolved one opens again, unless it is mere thanks. */
function revive(entry: Entry, draft: Draft, message: Message, { reopens }: { reopens: boolean }): void {
  const before = entry.ticket;
  const ticket: Ticket = { ...before, updatedAt: draft.now };
  if (before.open || reopens) ticket.waitingSince = before.waitingSince ?? message.receivedAt;
  if (before.open && before.status === "waiting") ticket.status = "open";
  if (!before.open && reopens) {
    Object.assign(ticket, { open: true, unrouted: true, status: "new", assignee: null });
    delete ticket.resolvedAt;
    delete ticket.assignedAt;
    const actor = { kind: "customer" as const, id: before.contact, name: before.contactName };
    entry.happenings.push({ kind: "reopened", actor, data: { message: message._id, formerly: before.assignee?.name } });
  }
  entry.ticket = ticket;
}

function acknowledge(draft: Draft, message: Message, entry: Entry, contact: Contact): void {
  const { settings, now } = draft;
  const verdict = acknowledgementFor({ message, ticket: entry.ticket, contact, settings, now });
  if ("reason" in verdict) {
    entry.happenings.push({ kind: "not_acknowledged", actor: GATEWAY, data: { reason: verdict.reason } });
    return;
  }
  const acknowledgement = { ...verdict.acknowledgement, seq: ++draft.conversation.lastSeq };
  draft.plan.acknowledgements.push(acknowledgement);
  entry.happenings.push({ kind: "acknowledged", actor: GATEWAY, data: { expectedBy: entry.ticket.dueAt } });
  change(draft, message, { ...contact, acknowledgedAt: [...verdict.recent, now] });
}

function contactOf(draft: Draft, message: Message): Contact {
  const address = `${message.channel}:${message.from.address}`;
  const known = draft.contacts.get(address)?.contact;
  if (!known) return change(draft, message, newContact(contactId(address), address, message, draft.now), true);
  const { name = known.name, email = known.email } = message.from;
  if (name === known.name && email === known.email) return known;
  const search = searchWords(name, email, message.from.address);
  return change(draft, message, { ...known, ...(name && { name }), ...(email && { email }), search });
}

function change(draft: Draft, message: Message, contact: Contact, isNew?: boolean): Contact {
  const address = `${message.channel}:${message.from.address}`;
  const before = draft.contacts.get(address);
  draft.contacts.set(address, {
    contact: { ...contact, updatedAt: draft.now },
    isNew: isNew ?? before?.isNew ?? false,
    changed: true,
  });
  return contact;
}

/** What the customer set wins over what was set before, and that over what their words suggest. */
function learnLanguage(draft: Draft, message: Message): void {
  const { conversation, settings } = draft;
  const { language, how } = chooseLanguage({
    ...(message.language !== undefined && { set: message.language }),
    text: message.text,
    offered: settings.languages.offered,
    fallback: conversation.language,
  });
  if (how === "set" || (how === "detected" && !conversation.languageSet))
    draft.conversation = { ...conversation, language, languageSet: how === "set" || conversation.languageSet };
  if (message.timeZone) draft.conversation = { ...draft.conversation, timeZone: message.timeZone };
}

function nextVersion(ticket: Ticket): Ticket {
  return { ...ticket, version: ticket.version + 1 };
}

function newConversation(message: Message, settings: Settings, now: Date): Conversation {
  return {
    _id: message.conversation,
    inbox: message.inbox,
    channel: message.channel,
    conversationId: message.conversationId,
    lastSeq: 0,
    contact: contactId(`${message.channel}:${message.from.address}`),
    language: settings.languages.fallback,
    languageSet: false,
    createdAt: now,
    updatedAt: now,
  };
}

function summary(message: Message, seq: number, dead: boolean): Ticket["lastMessage"] {
  const text = dead ? UNREADABLE : message.text || (message.attachments[0]?.name ?? "");
  return { text: text.slice(0, 200), from: "customer", at: message.receivedAt, seq };
}
