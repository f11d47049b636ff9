import type { Attachment, Message, MessageKind, Ticket, TicketEvent } from "../types.ts";

/** A ticket as lists show it, the same on the sockets and in the API. Instants are ISO 8601 in UTC. */
export interface TicketSummary {
  number: number;
  version: number;
  subject: string;
  channel: string;
  inbox: string;
  status: Ticket["status"];
  priority: Ticket["priority"];
  queue: string;
  tier: string;
  kind: Ticket["kind"];
  assignee: { id: string; name: string } | null;
  contact: { id: string; name: string; address: string };
  language: string;
  /** Of the customer's device, where known. */
  timeZone?: string;
  tags: string[];
  /** When the customer was promised a first answer, and when they got it. */
  dueAt?: string;
  respondedAt?: string;
  /** Since when the customer waits for us; null while we wait for them. */
  waitingSince: string | null;
  unrouted: boolean;
  lastMessage: { text: string; from: "customer" | "agent" | "gateway"; at: string; seq: number };
  seen: Record<string, number>;
  createdAt: string;
  updatedAt: string;
  resolvedAt?: string;
  closedAt?: string;
}

export interface MessageView {
  id: string;
  seq: number;
  from: "customer" | "agent" | "gateway" | "note";
  author: string;
  agent?: { id: string; name: string };
  channel: string;
  text: string;
  html?: string;
  files: Attachment[];
  at: string;
  state: Message["state"];
  /** Why it failed, or could not be read. */
  reason?: string;
  expectedBy?: string;
}

export interface EventView {
  id: string;
  kind: string;
  actor: TicketEvent["actor"];
  data: Record<string, unknown>;
  at: string;
}

export function ticketSummary(ticket: Ticket): TicketSummary {
  const { firstResponse } = ticket.clocks;
  return {
    number: ticket.number,
    version: ticket.version,
    subject: ticket.subject,
    channel: ticket.channel,
    inbox: ticket.inbox,
    status: ticket.status,
    priority: ticket.priority,
    queue: ticket.queue,
    tier: ticket.tier,
    kind: ticket.kind,
    assignee: ticket.assignee,
    contact: { id: ticket.contact, name: ticket.contactName, address: ticket.participants[0]?.address ?? "" },
    language: ticket.language,
    ...(ticket.timeZone && { timeZone: ticket.timeZone }),
    tags: ticket.tags,
    ...(ticket.dueAt && { dueAt: ticket.dueAt.toISOString() }),
    ...(firstResponse?.metAt && { respondedAt: firstResponse.metAt.toISOString() }),
    waitingSince: ticket.waitingSince?.toISOString() ?? null,
    unrouted: ticket.unrouted ?? false,
    lastMessage: { ...ticket.lastMessage, at: ticket.lastMessage.at.toISOString() },
    seen: ticket.seen,
    createdAt: ticket.createdAt.toISOString(),
    updatedAt: ticket.updatedAt.toISOString(),
    ...(ticket.resolvedAt && { resolvedAt: ticket.resolvedAt.toISOString() }),
    ...(ticket.closedAt && { closedAt: ticket.closedAt.toISOString() }),
  };
}

export function messageView(message: Message): MessageView {
  return {
    id: message._id,
    seq: message.seq ?? 0,
    from: SPEAKER[message.kind],
    author: message.from.name ?? "",
    ...(message.agent && { agent: message.agent }),
    channel: message.channel,
    text: message.text,
    ...(message.html !== undefined && { html: message.html }),
    files: message.attachments,
    at: message.receivedAt.toISOString(),
    state: message.state,
    ...(message.fault && { reason: message.fault }),
    ...(message.expectedBy && { expectedBy: message.expectedBy.toISOString() }),
  };
}

/** Who speaks, as every reader is told. */
export const SPEAKER: Record<MessageKind, MessageView["from"]> = {
  inbound: "customer",
  ack: "gateway",
  notice: "gateway",
  reply: "agent",
  note: "note",
};

export function eventView(event: TicketEvent): EventView {
  return { id: event._id, kind: event.kind, actor: event.actor, data: event.data, at: event.at.toISOString() };
}
