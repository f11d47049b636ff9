import { beforeEach, expect, jest, test } from "@jest/globals";
import type { Memory } from "../../../../channels/webchat/widget/memory.ts";
import { createOutbox, type Pending } from "../../../../channels/webchat/widget/outbox.ts";
import type { Answer } from "../../../../channels/webchat/widget/wire.ts";
import { eventually } from "../../../support/eventually.ts";

type Reply = Answer<{ id: string }> | "silence";

let shown: Pending[] = [];
let sent: string[] = [];
let replies: Reply[] = [];

beforeEach(() => {
  shown = [];
  sent = [];
  replies = [];
});

const ok = (id: string): Reply => ({ ok: true, id });
const refusal = (code: string): Reply => ({ ok: false, error: { code, message: code } });

function remembering(): Memory & { stored: Map<string, unknown> } {
  const stored = new Map<string, unknown>();
  return {
    stored,
    get: <T>(key: string) => stored.get(key) as T | undefined,
    set: (key, value) => void stored.set(key, structuredClone(value)),
    remove: (key) => void stored.delete(key),
    keys: (prefix) => [...stored.keys()].filter((key) => key.startsWith(prefix)),
  };
}

function open(memory: Memory, owner?: string) {
  return createOutbox(
    memory,
    owner,
    async ({ text, clientId }) => {
      sent.push(`${text}:${clientId}`);
      const reply = replies.shift() ?? "silence";
      if (reply === "silence") throw new Error("no answer");
      return reply;
    },
    (items) => {
      shown = items;
    },
  );
}

const states = () => shown.map(({ text, state }) => `${text} ${state}`);

test("sends one at a time, in the order written, and forgets what was taken", async () => {
  const memory = remembering();
  replies = [ok("website/v/1"), ok("website/v/2")];
  const outbox = open(memory, "v");
  outbox.add("one", []);
  outbox.add("two", []);
  expect(sent).toHaveLength(1);
  await eventually(() => expect(states()).toEqual(["one sent", "two sent"]));
  expect(sent.map((each) => each.split(":")[0])).toEqual(["one", "two"]);
  expect(memory.stored.size).toBe(0);
});

test("keeps what was not answered, and sends it again under the same id", async () => {
  jest.useFakeTimers();
  const memory = remembering();
  const outbox = open(memory, "v");
  outbox.add("one", []);
  await jest.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(["one waiting"]);
  expect(memory.stored.size).toBe(1);
  replies = [ok("website/v/1")];
  await jest.advanceTimersByTimeAsync(2_000);
  expect(states()).toEqual(["one sent"]);
  expect(new Set(sent).size).toBe(1);
  jest.useRealTimers();
});

test("a page that was closed finds its unsent messages again, oldest first", async () => {
  jest.useFakeTimers({ now: 1_000 });
  const memory = remembering();
  const before = open(memory, "v");
  before.add("one", []);
  jest.setSystemTime(2_000);
  before.add("two", []);
  await jest.advanceTimersByTimeAsync(0);
  jest.clearAllTimers();
  jest.useRealTimers();
  const [first] = sent;
  sent = [];
  replies = [ok("website/v/1"), ok("website/v/2")];
  open(memory, "v").flush();
  await eventually(() => expect(states()).toEqual(["one sent", "two sent"]));
  expect(sent[0]).toBe(first);
});

test("two pages never overwrite what the other keeps", async () => {
  jest.useFakeTimers();
  const memory = remembering();
  const [one, two] = [open(memory, "v"), open(memory, "v")];
  one.add("here", []);
  two.add("there", []);
  await jest.advanceTimersByTimeAsync(0);
  expect(memory.keys("outbox:v:")).toHaveLength(2);
  jest.clearAllTimers();
  jest.useRealTimers();
});

test("what passes by itself stays first in line; what does not lets the next go", async () => {
  jest.useFakeTimers();
  replies = [refusal("text_too_long"), refusal("rate_limited")];
  const outbox = open(remembering(), "v");
  outbox.add("long", []);
  outbox.add("fast", []);
  outbox.add("last", []);
  await jest.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(["long failed", "fast waiting", "last waiting"]);
  replies = [ok("website/v/2"), ok("website/v/3")];
  await jest.advanceTimersByTimeAsync(2_000);
  expect(states()).toEqual(["long failed", "fast sent", "last sent"]);
  outbox.discard(shown[0]?.clientId ?? "");
  expect(states()).toEqual(["fast sent", "last sent"]);
  jest.useRealTimers();
});

test("disappears when the conversation shows it, also when that comes before the answer", async () => {
  replies = [ok("website/v/1")];
  const outbox = open(remembering(), "v");
  outbox.add("one", []);
  outbox.arrived(`website/v/${shown[0]?.clientId}`);
  await eventually(() => expect(shown).toEqual([]));
});

test("what was written before anybody was known goes to the visitor who is; another's stays theirs", async () => {
  jest.useFakeTimers();
  const memory = remembering();
  const outbox = open(memory, undefined);
  outbox.add("hello", []);
  await jest.advanceTimersByTimeAsync(0);
  outbox.belongTo("v-ann");
  expect(memory.keys("outbox:v-ann:")).toHaveLength(1);
  outbox.belongTo("u-bob");
  expect(shown).toEqual([]);
  expect(memory.keys("outbox:u-bob:")).toEqual([]);
  outbox.belongTo("v-ann");
  expect(states()).toEqual(["hello waiting"]);
  outbox.disown();
  outbox.belongTo("v-new");
  expect(memory.keys("outbox:")).toEqual([expect.stringMatching(/^outbox:v-new:/)]);
  jest.clearAllTimers();
  jest.useRealTimers();
});
