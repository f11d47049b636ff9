import type { Memory } from "./memory.ts";
import type { Answer, WireError, WireFile } from "./wire.ts";

/** What was written here and is not yet known to be in the conversation. */
export interface Pending {
  clientId: string;
  text: string;
  files: WireFile[];
  at: string;
  state: "waiting" | "sending" | "sent" | "failed";
  error?: WireError;
  /** Given by the gateway with its acceptance. */
  id?: string;
}

/** First pause before the same is sent again, doubled each time up to the longest. */
const SHORTEST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** Refusals that pass by themselves: the message stays first in line. */
const PASSING = ["not_stored", "internal", "rate_limited"];

/** Whose it is before the gateway has said who the visitor is. */
const NOBODY = "new";

export interface Outbox {
  add(text: string, files: WireFile[]): void;
  /** Sends what waits, oldest first and one at a time; called whenever a connection stands. */
  flush(): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  /** The conversation shows this message now, so that it is no longer pending. */
  arrived(messageId: string): void;
  /** From now on it holds what this visitor wrote; what was written before any visitor was known goes along. */
  belongTo(visitor: string): void;
  /** The visitor is no longer known by that name: what waits goes along to the next. */
  disown(): void;
}

/** Keeps what was written until the gateway has it, over lost networks and closed pages. */
export function createOutbox(
  memory: Memory,
  firstOwner: string | undefined,
  send: (pending: Pending) => Promise<Answer<{ id: string }>>,
  show: (pending: Pending[]) => void,
): Outbox {
  let owner = firstOwner ?? NOBODY;
  let items = load();
  let busy = false;
  let pause = SHORTEST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function load(): Pending[] {
    return memory
      .keys(`outbox:${owner}:`)
      .flatMap((key) => memory.get<Pending>(key) ?? [])
      .map((item) => ({ ...item, state: "waiting" as const }))
      .sort((a, b) => a.at.localeCompare(b.at));
  }

  const keyOf = (item: Pending) => `outbox:${owner}:${item.clientId}`;
  const changed = () => show([...items]);

  /** One key a message: two tabs never overwrite each other's. */
  function update(clientId: string, change: Partial<Pending>): void {
    items = items.map((item) => (item.clientId === clientId ? { ...item, ...change } : item));
    changed();
  }

  function move(to: string, bring: boolean): void {
    const along = bring ? items : [];
    for (const item of along) memory.remove(keyOf(item));
    owner = to;
    items = [...load(), ...along];
    for (const item of along) memory.set(keyOf(item), item);
    changed();
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    const next = items.find((item) => item.state === "waiting");
    if (busy || !next) return;
    busy = true;
    update(next.clientId, { state: "sending" });
    const answer = await send(next).catch(() => undefined);
    busy = false;
    if (!answer) {
      // No answer is no refusal: it may have arrived, and the same clientId makes the repeat harmless.
      update(next.clientId, { state: "waiting" });
      later();
    } else if (answer.ok) {
      pause = SHORTEST_PAUSE_MS;
      memory.remove(keyOf(next));
      update(next.clientId, { state: "sent", id: answer.id });
      void flush();
    } else if (PASSING.includes(answer.error.code)) {
      update(next.clientId, { state: "waiting", error: answer.error });
      later();
    } else {
      update(next.clientId, { state: "failed", error: answer.error });
      void flush();
    }
  }

  function later(): void {
    timer = setTimeout(() => void flush(), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  changed();
  return {
    add(text, files) {
      const item: Pending = { clientId: newId(), text, files, at: new Date().toISOString(), state: "waiting" };
      items = [...items, item];
      memory.set(keyOf(item), item);
      changed();
      void flush();
    },
    flush: () => void flush(),
    retry(clientId) {
      pause = SHORTEST_PAUSE_MS;
      update(clientId, { state: "waiting" });
      void flush();
    },
    discard(clientId) {
      for (const item of items.filter((each) => each.clientId === clientId)) memory.remove(keyOf(item));
      items = items.filter((item) => item.clientId !== clientId);
      changed();
    },
    arrived(messageId) {
      const item = items.find((each) => each.id === messageId || messageId.endsWith(`/${each.clientId}`));
      if (!item) return;
      memory.remove(keyOf(item));
      items = items.filter((each) => each !== item);
      changed();
    },
    belongTo(visitor) {
      pause = SHORTEST_PAUSE_MS;
      if (visitor !== owner) move(visitor, owner === NOBODY);
    },
    disown: () => move(NOBODY, true),
  };
}

/** 128 random bits; `crypto.randomUUID` is missing on pages without TLS. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
