import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";
import type { MessageView, TicketSummary } from "../../src/tickets/views.ts";
import type { Random } from "./random.ts";

const ANSWER_MS = 10_000;
/** A program that answers people is in no hurry; the next thing is done so long after the last. Milliseconds. */
const PACE_MS = 60;
const AGAIN_MS = 500;
/** A console shows one ticket, a program perhaps some. */
const WATCHED = 20;

type Reply = { ok: true; id?: string; messages?: MessageView[] } | { ok: false; error: { code: string } };

/** An answer that its agent wrote once, and repeats under its id until it is taken or refused for good. */
export interface Answer {
  clientId: string;
  number: number;
  text: string;
}

/** A program at the agents' socket: it answers what it is given, and claims, hands over, resolves and closes now and then. */
export interface AgentProgram {
  id: string;
  /** Answers that were accepted, by text, with the id each was given. */
  accepted: Map<string, string>;
  /** Not known to be taken yet. */
  pending(): number;
  /** What it saw of the tickets that it watches, in order. */
  views: Map<number, MessageView[]>;
  wrongs: string[];
  /** What it was last told, for whoever wonders why it waits. */
  last(): string;
  /** Only finishes what it has begun, and watches. */
  calm(): void;
  close(): Promise<void>;
}

export function agentProgram(url: () => string, id: string, key: string, random: Random): AgentProgram {
  const accepted = new Map<string, string>();
  const views = new Map<number, MessageView[]>();
  const tickets = new Map<number, TicketSummary>();
  const wrongs: string[] = [];
  const outbox: Answer[] = [];
  const answered = new Map<number, number>();
  const syncing = new Set<number>();
  let others: string[] = [];
  let calm = false;
  let away = true;
  let closed = false;
  let last = "";
  let ready = false;
  const timers = new Set<NodeJS.Timeout>();
  const socket = io(`${url()}/agent`, {
    auth: { key },
    transports: ["websocket"],
    forceNew: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: AGAIN_MS,
  });
  const ask = async (event: string, payload: object): Promise<Reply> => {
    if (!ready) throw new Error("not connected");
    return (await socket.timeout(ANSWER_MS).emitWithAck(event, payload)) as Reply;
  };

  socket.on("hello", () => {
    ready = true;
    void begin().catch(() => undefined);
  });
  socket.on("disconnect", (reason) => {
    ready = false;
    if (reason === "io server disconnect") later(() => socket.connect());
  });
  socket.on("connect_error", (fault: Error & { data?: object }) => {
    last = JSON.stringify(fault.data ?? String(fault));
    if (fault.data) later(() => socket.connect());
  });
  socket.on("ticket", (ticket: TicketSummary) => learn(ticket));
  socket.on("presence", ({ agents }: { agents: { id: string; available: boolean; online: boolean }[] }) => {
    others = agents.filter((agent) => agent.available && agent.online && agent.id !== id).map((agent) => agent.id);
  });
  socket.on("message", ({ number, previous, message }: { number: number; previous: number; message: MessageView }) => {
    const view = views.get(number);
    if (!view) return;
    const last = view.at(-1)?.seq ?? 0;
    if (message.seq <= last) {
      if (!view.some(({ seq }) => seq === message.seq))
        wrongs.push(`ticket ${number}: message ${message.seq} came after ${last} was shown without it`);
    } else if (syncing.has(number) || previous !== last) void watch(number);
    else view.push(message);
  });

  /** After each connection: the tickets as they are now, and whatever was missed of those it watches. */
  async function begin(): Promise<void> {
    const response = await fetch(`${url()}/api/v1/tickets?view=mine&status=unsolved&limit=100`, {
      headers: { authorization: `Bearer ${key}` },
    });
    if (response.ok) for (const ticket of ((await response.json()) as { items: TicketSummary[] }).items) learn(ticket);
    for (const number of views.keys()) await watch(number);
  }

  function learn(ticket: TicketSummary): void {
    const known = tickets.get(ticket.number);
    if (known && known.version > ticket.version) return;
    tickets.set(ticket.number, ticket);
    if (ticket.assignee?.id !== id || views.has(ticket.number)) return;
    const [oldest] = views.keys();
    if (oldest !== undefined && views.size >= WATCHED) {
      views.delete(oldest);
      void ask("unwatch", { number: oldest }).catch(() => undefined);
    }
    void watch(ticket.number);
  }

  async function watch(number: number): Promise<void> {
    const view = views.get(number) ?? [];
    views.set(number, view);
    syncing.add(number);
    try {
      const answer = await ask("watch", { number, after: view.at(-1)?.seq ?? 0 });
      if (!answer.ok) throw new Error(answer.error.code);
      for (const message of answer.messages ?? []) if (message.seq > (view.at(-1)?.seq ?? 0)) view.push(message);
    } catch {
      // The next connection begins with this; one that stands is asked again.
      if (ready) later(() => void watch(number));
    } finally {
      syncing.delete(number);
    }
  }

  async function act(): Promise<void> {
    if (away) {
      await ask("available", { on: true });
      away = false;
    }
    const [oldest] = outbox;
    if (oldest) return send(oldest);
    if (calm) return;
    const mine = [...tickets.values()].filter(({ assignee, status }) => assignee?.id === id && status !== "closed");
    const unanswered = mine.filter(
      ({ number, lastMessage: { from, seq }, status }) =>
        from === "customer" && status !== "resolved" && (answered.get(number) ?? 0) < seq,
    );
    const what = random.next();
    const one = unanswered.length > 0 ? random.pick(unanswered) : undefined;
    if (one && what < 0.8) {
      answered.set(one.number, one.lastMessage.seq);
      outbox.push({ clientId: randomUUID(), number: one.number, text: `answer ${randomUUID()}` });
      return;
    }
    const any = mine.length > 0 ? random.pick(mine) : undefined;
    const waiting = [...tickets.values()].find(({ unrouted }) => unrouted);
    if (what < 0.84 && any) await ask("resolve", { number: any.number });
    else if (what < 0.87 && any) await ask("close", { number: any.number });
    else if (what < 0.9 && any && others[0]) await ask("handOver", { number: any.number, agent: random.pick(others) });
    else if (what < 0.92 && any) await ask("release", { number: any.number });
    else if (what < 0.95 && any) await ask("note", { clientId: randomUUID(), number: any.number, text: "between us" });
    else if (what < 0.98 && waiting) await ask("claim", { number: waiting.number });
    else if (what >= 0.98) {
      away = true;
      await ask("available", { on: false });
    }
  }

  async function send(answer: Answer): Promise<void> {
    const given = await ask("reply", { ...answer });
    last = JSON.stringify(given).slice(0, 200);
    if (given.ok) {
      const earlier = accepted.get(answer.text);
      if (earlier && earlier !== given.id) wrongs.push(`"${answer.text}" was given a second id: ${given.id}`);
      accepted.set(answer.text, given.id ?? "");
    } else if (PASSING.includes(given.error.code)) return;
    outbox.shift();
  }

  function later(act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!closed) act();
    }, AGAIN_MS);
    timers.add(timer);
  }

  const stopped = (async () => {
    while (!closed) {
      await act().catch((fault) => {
        last = String(fault);
      });
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  })();

  return {
    id,
    accepted,
    pending: () => outbox.length,
    views,
    wrongs,
    last: () => last,
    calm() {
      calm = true;
    },
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await stopped;
      socket.disconnect();
    },
  };
}

/** Refusals that pass by themselves: the same is sent again. */
const PASSING = ["not_stored", "internal", "busy", "rate_limited"];
