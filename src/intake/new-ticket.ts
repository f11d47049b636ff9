import { createHash } from "node:crypto";
import type { Settings } from "../core.ts";
import { searchWords } from "../tickets/search.ts";
import type { Contact, Message, Ticket } from "../types.ts";

/** Subject and summary of a ticket whose message could not be read. */
export const UNREADABLE = "A message that could not be read";
/** A subject is one line that fits a list. */
const SUBJECT_LENGTH = 120;
const NORMAL_RANK = 3;

/** A ticket opened by a message. Its id derives from the message's, so that no repeat opens a second one. */
export function newTicket(from: {
  message: Message;
  contact: Contact;
  number: number;
  language: string;
  settings: Settings;
  now: Date;
  dead: boolean;
}): Ticket {
  const { message, contact, number, language, settings, now, dead } = from;
  const queueName = settings.inboxes.get(message.inbox)?.queue ?? [...settings.queues.keys()][0] ?? "";
  const queue = settings.queues.get(queueName);
  const dueAt = queue?.firstAnswerBy(message.receivedAt);
  return {
    _id: ticketId(message._id),
    number,
    channel: message.channel,
    inbox: message.inbox,
    conversation: message.conversation,
    conversationId: message.conversationId,
    author: message.author ?? null,
    contact: contact._id,
    contactName: contact.name ?? "",
    participants: [{ address: message.from.address, role: "requester" }],
    subject: dead ? UNREADABLE : subjectOf(message),
    language,
    ...(message.timeZone && { timeZone: message.timeZone }),
    kind: "support",
    priority: "normal",
    rank: NORMAL_RANK,
    tier: queue?.tier ?? "L1",
    queue: queueName,
    assignee: null,
    status: "new",
    open: true,
    unrouted: true,
    tags: [],
    ...(dueAt && { dueAt }),
    clocks: dueAt ? { firstResponse: { dueAt } } : {},
    lastMessage: { text: "", from: "customer", at: message.receivedAt, seq: 0 },
    waitingSince: message.receivedAt,
    seen: {},
    search: searchWords(String(number), contact.name, contact.email, message.from.address),
    version: 1,
    createdAt: message.receivedAt,
    updatedAt: now,
  };
}

/** The ticket that a message would open. */
function ticketId(messageId: string): string {
  return createHash("sha256").update(messageId).digest("base64url").slice(0, 22);
}

/** The subject as written, else the first line of the text. */
export function subjectOf(message: Message): string {
  const line = (message.subject ?? message.text).split(/[\r\n]/).find((each) => each.trim().length > 0);
  const subject = (line ?? message.attachments[0]?.name ?? "").trim();
  return subject.length > SUBJECT_LENGTH ? `${subject.slice(0, SUBJECT_LENGTH - 1).toWellFormed()}…` : subject;
}
