import { isStoreFault } from "../../adapters/mongo.ts";
import { type Core, outboundQueue, ROUTING } from "../core.ts";
import { crashPoint } from "../crash-point.ts";
import { acknowledged, filed, filingSeconds } from "../metrics.ts";
import { CURRENT_FIRST } from "../store.ts";
import { Stale } from "../tickets/change.ts";
import type { Numbers } from "../tickets/numbers.ts";
import type { Contact, Message } from "../types.ts";
import { type Commit, openCommit } from "./commit.ts";
import { decide, type Facts, MAX_TRIES, MessageFault, type Plan } from "./decide.ts";
import { openReads, type Reads } from "./reads.ts";
import { fileSignals } from "./signals.ts";

/** Messages of one conversation that go into one transaction: far from MongoDB's limits, and a robot's flood is cut in pieces. */
const AT_A_TIME = 100;
/** Another writer of the conversation was faster that often in a row: then its hint or the sweep comes back to it. */
const RUNS = 10;

/** Files what a conversation has unfiled. Called for every hint and by the sweep; calling it twice does nothing twice. */
export type File = (conversation: string) => Promise<void>;

interface Filing {
  core: Core;
  numbers: Numbers;
  commit: Commit;
  reads: Reads;
}

/** Opens filing for this process; within it, one conversation is filed by one at a time. */
export function openFiling(core: Core, numbers: Numbers): File {
  const filing: Filing = { core, numbers, commit: openCommit(core), reads: openReads(core) };
  const underWay = new Map<string, Promise<void>>();
  return (conversation) => {
    const turn = (underWay.get(conversation) ?? Promise.resolve()).then(() => fileAll(filing, conversation));
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (underWay.get(conversation) === settled) underWay.delete(conversation);
      });
    underWay.set(conversation, settled);
    return turn;
  };
}

async function fileAll(filing: Filing, conversation: string): Promise<void> {
  const [signals] = await Promise.all([filing.reads.signals(conversation), fileMessages(filing, conversation)]);
  await fileSignals(filing.core, signals);
}

async function fileMessages(filing: Filing, conversation: string): Promise<void> {
  const { core } = filing;
  let limit = AT_A_TIME;
  for (let stale = 0; stale < RUNS; ) {
    try {
      const count = await fileSome(filing, conversation, limit);
      // What came since has a hint of its own.
      if (count < limit) break;
      stale = 0;
    } catch (fault) {
      if (isStoreFault(fault)) throw fault;
      if (fault instanceof Stale) stale++;
      else if (limit > 1 && !(fault instanceof MessageFault)) limit = 1;
      else {
        await blame(core, conversation, fault);
        break;
      }
    }
  }
}

async function fileSome(filing: Filing, conversation: string, limit: number): Promise<number> {
  const { core } = filing;
  const end = filingSeconds.startTimer();
  const facts = await gather(filing, conversation, limit);
  if (facts.messages.length === 0) return 0;
  crashPoint("hint taken, not filed");
  announce(core, facts, await decideWithNumbers(filing, facts));
  end();
  return facts.messages.length;
}

/** Reads what the decision needs. Nothing is locked: the commit fails, and all starts again, when any of it has changed. */
async function gather({ core, reads }: Filing, id: string, limit: number): Promise<Facts> {
  const { messages, tickets } = core.store;
  const [conversation, unfiled] = await Promise.all([
    reads.conversation(id),
    messages.find({ conversation: id, unfiled: true }).sort({ order: 1 }).limit(limit).toArray(),
  ]);
  if (unfiled.length === 0) return { conversation, messages: [], tickets: new Map(), contacts: new Map() };
  const authors = [...new Set(unfiled.map(({ author }) => author ?? null))];
  const addresses = [...new Set(unfiled.map(({ channel, from }) => `${channel}:${from.address}`))];
  const current = (author: string | null) => tickets.findOne({ conversation: id, author }, { sort: CURRENT_FIRST });
  const [tops, known] = await Promise.all([
    Promise.all(conversation ? authors.map(current) : []),
    Promise.all(addresses.map(reads.contact)).then((all) => all.filter((contact) => contact !== undefined)),
  ]);
  const present = tops.filter((ticket) => ticket !== null);
  return {
    conversation,
    messages: unfiled,
    tickets: new Map(present.map((ticket) => [ticket.author ?? "", ticket])),
    contacts: new Map(
      addresses.flatMap((address): [string, Contact][] => {
        const contact = known.find(({ addresses: theirs }) => theirs.includes(address));
        return contact ? [[address, contact]] : [];
      }),
    ),
  };
}

/** A number for each author at the most: a batch opens no more tickets. What is not used goes back. */
async function decideWithNumbers({ core, numbers, commit }: Filing, facts: Facts): Promise<Plan> {
  const free = await numbers.take(new Set(facts.messages.map(({ author }) => author ?? "")).size);
  const taken: number[] = [];
  const next = () => {
    const number = free.shift();
    if (number === undefined) throw new Error("a batch opened more tickets than it has authors");
    taken.push(number);
    return number;
  };
  try {
    const plan = decide(facts, core.settings, core.now(), next);
    await commit(facts, plan);
    numbers.giveBack(free);
    return plan;
  } catch (fault) {
    numbers.giveBack(isStoreFault(fault) ? free : [...free, ...taken]);
    throw fault;
  }
}

function announce(core: Core, { messages }: Facts, plan: Plan): void {
  crashPoint("ack written, not queued");
  const { _id: id, lastSeq, inbox, channel } = plan.conversation;
  filed.inc({ channel }, plan.filed.length);
  const traces = new Map(messages.map(({ _id, trace }) => [_id, trace]));
  for (const { id: message, changes } of plan.filed)
    core.log.info({ id: message, number: changes.number, trace: traces.get(message), seq: changes.seq }, "filed");
  const unacknowledged = plan.tickets.filter(({ isNew }) => isNew).length - plan.acknowledgements.length;
  if (unacknowledged > 0) acknowledged.inc({ outcome: "not due" }, unacknowledged);
  for (const { ticket } of plan.tickets)
    core.whispers.say({ about: "ticket", ticket: ticket._id, conversation: id, version: ticket.version });
  core.whispers.say({ about: "conversation", conversation: id, seq: lastSeq });
  if (plan.acknowledgements.length > 0) void core.hints.give(outboundQueue(inbox), [id]);
  const waiting = plan.tickets.filter(({ ticket }) => ticket.unrouted).map(({ ticket }) => ticket.queue);
  void core.hints.give(ROUTING, [...new Set(waiting)]);
}

/** Counts a try against the message at fault; after MAX_TRIES it is filed as it is, and blocks nobody behind it. */
async function blame(core: Core, conversation: string, fault: unknown): Promise<void> {
  const { messages } = core.store;
  const filter: { conversation: string; unfiled: true; _id?: string } = { conversation, unfiled: true };
  if (fault instanceof MessageFault) filter._id = fault.messageId;
  const reason = fault instanceof Error ? fault.message : String(fault);
  const message: Message | null = await messages.findOneAndUpdate(
    filter,
    { $inc: { tries: 1 }, $set: { fault: reason } },
    { sort: { order: 1 }, returnDocument: "after" },
  );
  const details = { id: message?._id, trace: message?.trace, tries: message?.tries, of: MAX_TRIES, fault };
  core.log.error(details, "a message could not be filed");
}
