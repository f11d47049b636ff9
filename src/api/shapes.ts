import { z } from "zod";

/** What goes out, described once: the documentation is made of these, and tests hold every answer against them. */

/** A shape that the OpenAPI description names, rather than repeats. */
function shape<T extends z.ZodRawShape>(id: string, fields: T): z.ZodObject<T> {
  return z.object(fields).meta({ id });
}

/** A list answers with its items and the cursor of the next page, null on the last one. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

const At = z.string().meta({ format: "date-time" });

const Person = shape("Person", { id: z.string(), name: z.string() });

export const Attachment = shape("Attachment", {
  id: z.string(),
  name: z.string(),
  type: z.string().describe("Media type, told from the content."),
  size: z.number().describe("Bytes."),
});

const Status = z.enum(["new", "open", "waiting", "resolved", "closed"]);

const summary = {
  number: z.number(),
  version: z.number().describe("Grows with every change of the ticket."),
  subject: z.string(),
  channel: z.string(),
  inbox: z.string(),
  status: Status,
  priority: z.enum(["low", "normal", "high", "urgent"]),
  queue: z.string(),
  tier: z.string(),
  kind: z.string(),
  assignee: Person.nullable(),
  language: z.string(),
  timeZone: z.string().optional().describe("Of the customer's device, where known."),
  tags: z.array(z.string()),
  dueAt: At.optional().describe("When the customer was promised a first answer."),
  respondedAt: At.optional().describe("When they got it."),
  waitingSince: At.nullable().describe("Since when the customer waits for us; null while we wait for them."),
  unrouted: z.boolean().describe("Waits for an agent who has room."),
  lastMessage: z.object({
    text: z.string(),
    from: z.enum(["customer", "agent", "gateway"]),
    at: At,
    seq: z.number(),
  }),
  seen: z.record(z.string(), z.number()).describe("The last seq that each agent has seen, by agent id."),
  createdAt: At,
  updatedAt: At,
  resolvedAt: At.optional(),
  closedAt: At.optional(),
};

export const TicketSummary = shape("TicketSummary", { ...summary, contact: Person.extend({ address: z.string() }) });

export const Contact = shape("Contact", {
  id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  addresses: z.array(z.string()).describe("As channel:address."),
  language: z.string().optional(),
  createdAt: At,
});

export const Ticket = shape("Ticket", {
  ...summary,
  contact: Contact,
  participants: z.array(z.object({ address: z.string(), role: z.enum(["requester", "cc"]) })),
  conversation: z.object({ language: z.string(), timeZone: z.string().optional() }),
  linkedTo: z.number().optional().describe("Number of the ticket that a stranger's message referred to."),
});

export const Message = shape("Message", {
  id: z.string(),
  seq: z.number().describe("Place in the conversation, from 1."),
  from: z.enum(["customer", "agent", "gateway", "note"]),
  author: z.string(),
  agent: Person.optional(),
  channel: z.string(),
  text: z.string(),
  html: z.string().optional().describe("As the sender wrote it: sanitize it before you show it."),
  files: z.array(Attachment),
  at: At,
  state: z.enum(["received", "filed", "dead", "queued", "sending", "sent", "delivered", "read", "failed", "uncertain"]),
  reason: z.string().optional().describe("Why it could not be delivered or read."),
  expectedBy: At.optional().describe("What an acknowledgement promised."),
});

export const Event = shape("Event", {
  id: z.string(),
  kind: z.string(),
  actor: z.object({ kind: z.enum(["agent", "customer", "gateway"]), id: z.string().optional(), name: z.string() }),
  data: z.record(z.string(), z.unknown()),
  at: At,
});

export const Agent = shape("Agent", {
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  kind: z.enum(["person", "program"]),
  roles: z.array(z.enum(["admin", "agent"])),
  tier: z.string(),
  queues: z.array(z.string()),
  languages: z.array(z.string()),
  capacity: z.number().describe("How many tickets with the ball on our side they hold at a time."),
  available: z.boolean().describe("Their own switch."),
  online: z.boolean().describe("Connected right now."),
  load: z.number().describe("How many such tickets they hold."),
  disabled: z.boolean(),
});

export const Queue = shape("Queue", { id: z.string(), name: z.string() });

export const Inbox = shape("Inbox", { id: z.string(), name: z.string(), channel: z.string(), queue: z.string() });

export const Key = shape("Key", { id: z.string(), name: z.string(), createdAt: At, lastUsedAt: At.optional() });

export const Problem = shape("Problem", {
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string().describe("What to do about it."),
  code: z.string().describe("Stable, for programs."),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe("What does not fit where."),
});
