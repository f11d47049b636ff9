import { createLink } from "./link.ts";
import { createMemory } from "./memory.ts";
import { createOutbox, type Pending } from "./outbox.ts";
import type { Settings } from "./settings.ts";
import type { WireFile, WireMessage, WireSession, WireTicket } from "./wire.ts";
import { chooseLanguage, words } from "./words/index.ts";

/** How long "… is typing" stays without being repeated. */
const TYPING_MS = 6_000;
/** How often we say that the customer types. */
const TYPING_EVERY_MS = 3_000;
/** A catch-up that failed although the connection stands. */
const AGAIN_MS = 3_000;

export type Chat = ReturnType<typeof createChat>;

/** Everything the widget shows, and what its user may do. */
export function createChat(settings: Settings) {
  const memory = createMemory(settings.inbox);
  const tab = createMemory(settings.inbox, () => window.sessionStorage);
  let open = $state.raw(false);
  let connection = $state.raw<"idle" | "connecting" | "online" | "lost" | "refused">("idle");
  let session = $state.raw<WireSession | undefined>();
  let messages = $state.raw<WireMessage[]>([]);
  let pending = $state.raw<Pending[]>([]);
  let ticket = $state.raw<WireTicket | undefined>();
  let typist = $state.raw<string | undefined>();
  let announcement = $state.raw("");
  let readUpTo = $state.raw(0);
  let languages = $state.raw(["en", "fr", "nl", "sw"]);
  let language = $state.raw(
    chooseLanguage([memory.get<string>("language"), settings.language, ...navigator.languages]),
  );

  const last = $derived(messages.at(-1)?.seq ?? 0);
  const unread = $derived(messages.filter((message) => message.from !== "customer" && message.seq > readUpTo).length);
  const t = $derived(words(language));

  let syncing = false;
  let missed = false;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let typingTold = 0;

  const link = createLink(settings, () => language, memory, {
    session: begin,
    message: receive,
    ticket: (news) => {
      ticket = news;
    },
    typing(name) {
      typist = name || session?.name;
      clearTimeout(typingTimer);
      typingTimer = setTimeout(stopTyping, TYPING_MS);
    },
    lost() {
      connection = "lost";
      stopTyping();
    },
    forgotten: () => outbox.disown(),
    refused() {
      connection = "refused";
    },
  });
  const outbox = createOutbox(
    memory,
    window.firstline?.identity ? undefined : memory.get<string>("visitor"),
    ({ clientId, text, files }) => link.ask("message", { clientId, text, files: files.map((file) => file.id) }),
    (items) => {
      pending = items;
    },
  );

  function begin(next: WireSession): void {
    if (session?.visitor !== next.visitor) {
      messages = [];
      ticket = undefined;
      readUpTo = memory.get<number>(`read:${next.visitor}`) ?? 0;
    }
    // A proven user's token stays in this page: on a shared computer nothing of theirs may remain.
    if (next.visitor.startsWith("v-")) {
      memory.set("token", next.token);
      memory.set("visitor", next.visitor);
    }
    session = next;
    languages = next.languages;
    connection = "online";
    outbox.belongTo(next.visitor);
    void catchUp().then(outbox.flush);
  }

  /** Everything after the last message shown, in order, once. */
  async function catchUp(): Promise<void> {
    missed = syncing;
    if (syncing) return;
    syncing = true;
    const before = last;
    try {
      for (let more = true; more || missed; ) {
        missed = false;
        const answer = await link.ask<{ messages: WireMessage[]; more: boolean }>("history", { after: last });
        if (!answer.ok) throw new Error(answer.error.message);
        for (const message of answer.messages) append(message);
        more = answer.more;
      }
      const theirs = messages.findLast((message) => message.from !== "customer");
      if (theirs && theirs.seq > before) void link.ask("delivered", { upTo: theirs.seq }).catch(() => {});
    } catch {
      if (connection === "online") setTimeout(() => void catchUp(), AGAIN_MS);
    } finally {
      syncing = false;
    }
  }

  function receive(message: WireMessage): void {
    if (message.seq <= last) return;
    if (syncing || message.previous !== last) {
      void catchUp();
      return;
    }
    append(message);
    if (message.from === "customer") return;
    stopTyping();
    announcement = `${message.agentName ?? session?.name ?? ""}: ${message.text}`;
  }

  function append(message: WireMessage): void {
    if (message.seq <= last) return;
    messages = [...messages, message];
    if (message.from === "customer") outbox.arrived(message.id);
  }

  function stopTyping(): void {
    clearTimeout(typingTimer);
    typist = undefined;
  }

  function connect(): void {
    if (connection !== "idle") return;
    connection = "connecting";
    link.connect();
  }

  // Who has been here before sees at once what has been answered; of all others the gateway need not know.
  if (memory.get("token") || window.firstline?.identity || memory.keys("outbox:").length > 0) connect();

  return {
    settings,
    /** What this tab remembers, and forgets with it: what is only half written is nobody else's. */
    tab,
    get open() {
      return open;
    },
    set open(value) {
      open = value;
      if (value) connect();
    },
    get connection() {
      return connection;
    },
    get session() {
      return session;
    },
    get messages() {
      return messages;
    },
    get pending() {
      return pending;
    },
    get ticket() {
      return ticket;
    },
    get typist() {
      return typist;
    },
    get announcement() {
      return announcement;
    },
    get unread() {
      return unread;
    },
    get languages() {
      return languages;
    },
    get language() {
      return language;
    },
    set language(value) {
      language = value;
      memory.set("language", value);
      if (connection === "idle") return;
      link.renew();
      connection = "connecting";
    },
    get t() {
      return t;
    },
    send(text: string, files: WireFile[]) {
      outbox.add(text, files);
    },
    retry: outbox.retry,
    discard: outbox.discard,
    typing() {
      if (Date.now() - typingTold < TYPING_EVERY_MS) return;
      typingTold = Date.now();
      link.tell("typing", {});
    },
    /** What is on the screen now has been read. */
    seen() {
      const theirs = messages.findLast((message) => message.from !== "customer");
      if (!theirs || theirs.seq <= readUpTo || !session) return;
      readUpTo = theirs.seq;
      memory.set(`read:${session.visitor}`, readUpTo);
      void link.ask("read", { upTo: readUpTo }).catch(() => {});
    },
  };
}
