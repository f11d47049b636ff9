import { createHash, randomUUID } from "node:crypto";
import type { ClientSession } from "../../adapters/mongo.ts";
import { type Core, outboundQueue } from "../core.ts";
import { Refusal } from "../errors.ts";
import type { Agent, Attachment, Files, Message, Ticket } from "../types.ts";
import { leave } from "./assignment.ts";
import { type Change, changeTicket, Stale } from "./change.ts";
import { actorOf } from "./events.ts";

export interface Answer {
  /** Of the writer's own making: the same one again is the same message. */
  clientId: string;
  text: string;
  files?: string[];
}

/** An answer longer than this is no answer. Characters. */
const LONGEST = 20_000;

/** Writes an agent's answer into the conversation and hands it to the sender. Who answers a ticket that nobody has takes it. */
export async function writeReply(
  core: Core,
  files: Files,
  agent: Agent,
  number: number,
  answer: Answer,
): Promise<Message> {
  return write(core, files, agent, number, answer, "reply");
}

/** Writes a note that only agents see. */
export async function writeNote(
  core: Core,
  files: Files,
  agent: Agent,
  number: number,
  answer: Answer,
): Promise<Message> {
  return write(core, files, agent, number, answer, "note");
}

async function write(
  core: Core,
  files: Files,
  agent: Agent,
  number: number,
  answer: Answer,
  kind: "reply" | "note",
): Promise<Message> {
  const id = `${kind}/${agent._id}/${answer.clientId}`;
  const text = answer.text.toWellFormed();
  if (text.trim() === "" && !answer.files?.length) throw new Refusal("empty", "There is nothing to send.");
  if (text.length > LONGEST) throw new Refusal("too_long", `A message has at most ${LONGEST} characters.`);
  const hash = createHash("sha256")
    .update(JSON.stringify([number, text, answer.files ?? []]))
    .digest("hex");
  const attachments = answer.files?.length ? await files.claim(answer.files, agent._id, id) : [];
  const written: { message?: Message } = {};
  await changeTicket(core, { number }, async (ticket) => {
    const earlier = await earlierOne(core, id, hash);
    written.message = earlier ?? messageFor(core, { id, agent, ticket, text, attachments, hash, kind });
    if (earlier) return null;
    return kind === "note" ? noted(core, agent, written.message) : replied(core, agent, ticket, written.message);
  });
  const message = written.message as Message;
  core.log.info({ id, number, trace: message.trace }, kind === "note" ? "note written" : "reply written");
  core.whispers.say({ about: "conversation", conversation: message.conversation, seq: message.seq ?? 0 });
  if (kind === "reply") void core.hints.give(outboundQueue(message.inbox), [message.conversation]);
  return message;
}

/** The same answer, sent before; another content under its id is refused. */
async function earlierOne(core: Core, id: string, hash: string): Promise<Message | null> {
  const earlier = await core.store.messages.findOne({ _id: id });
  if (earlier && earlier.hash !== hash)
    throw new Refusal("id_used", "This id was used for another message. Use a new one.", 409);
  return earlier;
}

function messageFor(
  core: Core,
  of: {
    id: string;
    agent: Agent;
    ticket: Ticket;
    text: string;
    attachments: Attachment[];
    hash: string;
    kind: "reply" | "note";
  },
): Message {
  const { id, agent, ticket, text, attachments, hash, kind } = of;
  return {
    _id: id,
    kind,
    inbox: ticket.inbox,
    channel: ticket.channel,
    conversation: ticket.conversation,
    conversationId: ticket.conversationId,
    ...(ticket.author && { author: ticket.author }),
    from: { address: ticket.inbox, name: agent.name },
    ...(kind === "reply" && { to: ticket.participants.map(({ address }) => ({ address })) }),
    text,
    attachments,
    language: ticket.language,
    receivedAt: core.now(),
    order: 0,
    hash,
    trace: randomUUID(),
    ticket: ticket._id,
    number: ticket.number,
    state: kind === "reply" ? "queued" : "sent",
    ...(kind === "reply" && { unsent: true as const }),
    agent: { id: agent._id, name: agent.name },
  };
}

function noted(core: Core, agent: Agent, message: Message): Change {
  return {
    happenings: [{ kind: "noted", actor: actorOf(agent), data: { message: message._id } }],
    async also(session) {
      await append(core, message, session);
      return undefined;
    },
  };
}

/** The ball goes to the customer, so that the ticket leaves the agent's load: nobody is refused for want of room. */
function replied(core: Core, agent: Agent, ticket: Ticket, message: Message): Change {
  if (!ticket.open) throw new Refusal("closed", "This ticket is resolved or closed. Reopen it to answer.", 409);
  const at = message.receivedAt;
  const { firstResponse } = ticket.clocks;
  const isFirst = firstResponse !== undefined && !firstResponse.metAt;
  return {
    set: {
      status: "waiting",
      waitingSince: null,
      ...(isFirst && { clocks: { ...ticket.clocks, firstResponse: { ...firstResponse, metAt: at } } }),
      ...(!ticket.assignee && { assignee: { id: agent._id, name: agent.name }, assignedAt: at, ...leave }),
    },
    happenings: [
      { kind: "replied", actor: actorOf(agent), data: { message: message._id, ...(isFirst && { first: true }) } },
    ],
    async also(session) {
      const seq = await append(core, message, session);
      return { lastMessage: { text: message.text.slice(0, 200), from: "agent", at, seq } };
    },
  };
}

/** Gives the message its place in the conversation. Touching the conversation first makes commit order the order of seq. */
async function append(core: Core, message: Message, session: ClientSession): Promise<number> {
  const conversation = await core.store.conversations.findOneAndUpdate(
    { _id: message.conversation },
    { $inc: { lastSeq: 1 }, $set: { updatedAt: message.receivedAt } },
    { session, returnDocument: "after" },
  );
  if (!conversation) throw new Stale();
  message.seq = conversation.lastSeq;
  await core.store.messages.insertOne(message, { session });
  return message.seq;
}
