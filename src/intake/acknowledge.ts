import type { Settings } from "../core.ts";
import type { Contact, Message, Ticket } from "../types.ts";

const HOUR_MS = 3_600_000;

/**
 * Whether a new ticket is acknowledged: the outbound message, or the reason why not. Its words are made when it is sent,
 * since only then is it known whether the promised moment still lies ahead.
 */
export function acknowledgementFor(about: {
  message: Message;
  ticket: Ticket;
  contact: Contact;
  settings: Settings;
  now: Date;
}): { acknowledgement: Message; recent: Date[] } | { reason: string } {
  const { message, ticket, contact, settings, now } = about;
  const recent = contact.acknowledgedAt.filter((at) => now.getTime() - at.getTime() < HOUR_MS);
  const reason = refusal(about, recent);
  if (reason) return { reason };
  return {
    recent,
    acknowledgement: {
      _id: `ack/${ticket._id}`,
      kind: "ack",
      inbox: message.inbox,
      channel: message.channel,
      conversation: message.conversation,
      conversationId: message.conversationId,
      ...(message.author && { author: message.author }),
      from: { address: message.inbox, name: settings.inboxes.get(message.inbox)?.name ?? message.inbox },
      to: [message.from],
      text: "",
      attachments: [],
      language: ticket.language,
      ...(message.timeZone && { timeZone: message.timeZone }),
      receivedAt: now,
      order: 0,
      hash: "",
      trace: message.trace,
      ticket: ticket._id,
      number: ticket.number,
      state: "queued",
      unsent: true,
      ...(ticket.dueAt && { expectedBy: ticket.dueAt }),
      references: [message._id],
    },
  };
}

function refusal(
  { message, contact, settings, now }: { message: Message; contact: Contact; settings: Settings; now: Date },
  recent: Date[],
): string | undefined {
  if (message.automated) return `automated mail is never answered (${message.automated})`;
  if (message.ours) return "written by us";
  if (contact.optedOut) return "the contact has opted out";
  if (now.getTime() - message.receivedAt.getTime() > settings.acknowledgeWithin) return "older than acknowledgeWithin";
  if (recent.length >= settings.acknowledgementsPerHour)
    return "the address has had its acknowledgements for this hour";
  return undefined;
}
