import { io } from "socket.io-client";
import type { Memory } from "../../channels/webchat/widget/memory.ts";
import { createOutbox, type Pending } from "../../channels/webchat/widget/outbox.ts";
import type { Answer, WireMessage, WireSession } from "../../channels/webchat/widget/wire.ts";

/** The widget's own: a gateway that has not answered by then is as good as gone. */
const ANSWER_MS = 10_000;
/** The widget waits longer before it knocks again; the harness has less time. */
const AGAIN_MS = 500;

/** A customer in a browser: the widget's own outbox, and its way of catching up, over a real connection. */
export interface Customer {
  visitor(): string;
  token(): string;
  /** What was written, oldest first; what was accepted, by text, with the id it was given. */
  written: string[];
  accepted: Map<string, string>;
  /** How long each acceptance took, every code of a refusal, and how long each of those took. Milliseconds. */
  waits: number[];
  refusals: string[];
  refusedAfter: number[];
  /** What is on the screen. */
  shown(): WireMessage[];
  /** What no customer may ever see: a message shown behind a later one, a hole, a history that was another one before. */
  wrongs: string[];
  write(text: string): void;
  pending(): number;
  /** The network is lost for a moment. */
  drop(): void;
  /** The page is loaded anew: only what the browser remembers is left. */
  reload(): void;
  catchUp(): Promise<void>;
  close(): void;
}

export function customer(url: () => string): Customer {
  const remembered = new Map<string, unknown>();
  const written: string[] = [];
  const accepted = new Map<string, string>();
  const waits: number[] = [];
  const refusals: string[] = [];
  const refusedAfter: number[] = [];
  const wrongs: string[] = [];
  let before: WireMessage[] = [];
  let page = open();

  function open() {
    return openPage(url(), remembered, { accepted, waits, refusals, refusedAfter, wrongs, before });
  }

  return {
    visitor: () => String(remembered.get("visitor") ?? ""),
    token: () => String(remembered.get("token") ?? ""),
    written,
    accepted,
    waits,
    refusals,
    refusedAfter,
    wrongs,
    shown: () => page.shown(),
    write(text) {
      written.push(text);
      page.write(text);
    },
    pending: () => page.pending(),
    drop: () => page.drop(),
    reload() {
      const shown = page.shown();
      if (shown.length > before.length) before = shown;
      page.close();
      page = open();
    },
    catchUp: () => page.catchUp(),
    close: () => page.close(),
  };
}

interface Notes extends Pick<Customer, "accepted" | "waits" | "refusals" | "refusedAfter" | "wrongs"> {
  /** What this customer has seen before: it must be there again, in the same order. */
  before: WireMessage[];
}

function openPage(url: string, remembered: Map<string, unknown>, notes: Notes) {
  const { accepted, waits, refusals, refusedAfter, wrongs, before } = notes;
  let closed = false;
  let ready = false;
  let messages: WireMessage[] = [];
  let pending: Pending[] = [];
  let syncing = false;
  let missed = false;
  const timers = new Set<NodeJS.Timeout>();
  const last = () => messages.at(-1)?.seq ?? 0;
  const memory: Memory = {
    get: <T>(key: string) => remembered.get(key) as T | undefined,
    set: (key, value) => void (closed || remembered.set(key, value)),
    remove: (key) => void (closed || remembered.delete(key)),
    keys: (prefix) => [...remembered.keys()].filter((key) => key.startsWith(prefix)),
  };
  const socket = io(`${url}/chat`, {
    transports: ["websocket"],
    forceNew: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: AGAIN_MS,
    auth: (give) => give({ inbox: "website", language: "en", token: memory.get("token") }),
  });

  async function ask<T>(event: string, payload: object): Promise<Answer<T>> {
    if (!ready) throw new Error("not connected");
    return (await socket.timeout(ANSWER_MS).emitWithAck(event, payload)) as Answer<T>;
  }

  const outbox = createOutbox(
    memory,
    memory.get<string>("visitor"),
    async ({ clientId, text }) => {
      const from = performance.now();
      // A page that is gone hears no answer.
      const answer = await ask<{ id: string }>("message", { clientId, text, files: [] }).catch((fault) =>
        closed ? new Promise<never>(() => undefined) : Promise.reject(fault),
      );
      if (answer.ok) {
        waits.push(performance.now() - from);
        const earlier = accepted.get(text);
        if (earlier && earlier !== answer.id) wrongs.push(`"${text}" was given a second id: ${answer.id}`);
        accepted.set(text, answer.id);
      } else {
        refusals.push(answer.error.code);
        refusedAfter.push(performance.now() - from);
      }
      return answer;
    },
    (items) => {
      pending = items;
    },
  );

  function later(act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!closed) act();
    }, AGAIN_MS);
    timers.add(timer);
  }

  socket.on("session", (session: WireSession) => {
    ready = true;
    memory.set("token", session.token);
    memory.set("visitor", session.visitor);
    outbox.belongTo(session.visitor);
    void catchUp().then(outbox.flush);
  });
  socket.on("message", (message: WireMessage, received?: () => void) => {
    receive(message);
    received?.();
  });
  socket.on("disconnect", (reason) => {
    ready = false;
    if (reason === "io server disconnect") later(() => socket.connect());
  });
  socket.on("connect_error", (fault: Error & { data?: object }) => {
    if (fault.data) later(() => socket.connect());
  });

  function receive(message: WireMessage): void {
    if (message.seq <= last()) {
      if (!messages.some(({ seq }) => seq === message.seq))
        wrongs.push(`message ${message.seq} came after ${last()} was shown without it`);
      return;
    }
    if (syncing || message.previous !== last()) void catchUp();
    else append(message);
  }

  function append(message: WireMessage): void {
    if (message.seq <= last()) return;
    if (message.previous !== last())
      wrongs.push(`history goes from ${last()} to ${message.seq}, over ${message.previous}`);
    messages = [...messages, message];
    const earlier = before[messages.length - 1];
    if (earlier && earlier.id !== message.id) wrongs.push(`${message.id} is now where ${earlier.id} was`);
    if (message.from !== "customer") return;
    outbox.arrived(message.id);
    // A page that was loaded anew never heard the answer to what the one before it sent: it finds it here.
    if (!accepted.has(message.text)) accepted.set(message.text, message.id);
  }

  async function catchUp(): Promise<void> {
    missed = syncing;
    if (syncing) return;
    syncing = true;
    const from = last();
    try {
      for (let more = true; more || missed; ) {
        missed = false;
        const answer = await ask<{ messages: WireMessage[]; more: boolean }>("history", { after: last() });
        if (!answer.ok) throw new Error(answer.error.message);
        for (const message of answer.messages) append(message);
        more = answer.more;
      }
      const theirs = messages.findLast((message) => message.from !== "customer");
      if (theirs && theirs.seq > from) void ask("delivered", { upTo: theirs.seq }).catch(() => undefined);
    } catch {
      // Without a connection the next one begins with this.
      if (ready) later(() => void catchUp());
    } finally {
      syncing = false;
    }
  }

  return {
    shown: () => messages,
    write: (text: string) => outbox.add(text, []),
    pending: () => pending.filter(({ state }) => state !== "sent").length,
    drop: () => socket.io.engine?.close(),
    catchUp,
    close() {
      closed = true;
      socket.disconnect();
      for (const timer of timers) clearTimeout(timer);
      // An outbox knows no end: without anything to send it keeps no timer.
      for (const { clientId } of pending) outbox.discard(clientId);
      outbox.flush();
    },
  };
}
