import { Refusal } from "../errors.ts";
import type { ApiKey, Store } from "../store.ts";
import type { Agent } from "../types.ts";
import { newAgent } from "./new-agent.ts";
import { digest, newToken } from "./secrets.ts";

/** Tells a key from other secrets, for people and for secret scanners. */
const PREFIX = "fl_";
/** `lastUsedAt` is for people: to the minute is enough, and saves a write for each request. */
const USED_EVERY_MS = 60_000;
/** It becomes the name of an agent, shown to customers. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,60}$/u;

/**
 * Creates a key and the program that acts with it, under the key's name, in every one of `queues`.
 * The key itself is only in the answer. With a `token` of the caller's making a repeat answers the same.
 */
export async function createKey(
  store: Store,
  name: string,
  { queues, token = newToken() }: { queues: string[]; token?: string },
): Promise<{ key: string; agent: Agent; createdAt: Date }> {
  if (!NAME.test(name)) throw new Refusal("invalid_name", "A name has 1 to 60 characters that can be shown.");
  const key = `${PREFIX}${token}`;
  return store.transaction(async (session) => {
    const present = await store.keys.findOne({ name }, { session });
    if (present && present._id !== digest(key))
      throw new Refusal(
        "name_taken",
        `There is a key named “${name}” already. Revoke it first, or choose another name.`,
        409,
      );
    const agent = await program(store, name, queues, session);
    const createdAt = present?.createdAt ?? new Date();
    if (!present) await store.keys.insertOne({ _id: digest(key), name, agent: agent._id, createdAt }, { session });
    return { key, agent, createdAt };
  });
}

/** A program whose key was revoked comes back as itself, so that its history stays one. */
async function program(
  store: Store,
  name: string,
  queues: string[],
  session: Parameters<Parameters<Store["transaction"]>[0]>[0],
): Promise<Agent> {
  const known = await store.agents.findOneAndUpdate(
    { kind: "program", name },
    { $unset: { disabled: true }, $inc: { version: 1 } },
    { session, returnDocument: "after" },
  );
  if (known) return known;
  const agent = newAgent({ name, kind: "program", roles: ["agent"], queues, available: false });
  await store.agents.insertOne(agent, { session });
  return agent;
}

/** All keys by name. */
export async function listKeys(store: Store): Promise<ApiKey[]> {
  return store.keys.find().sort({ name: 1 }).toArray();
}

/** Ends a key, given by its name or its agent's id, and disables its program; answers the program's id, or null for no such key. */
export async function revokeKey(store: Store, which: { name: string } | { agent: string }): Promise<string | null> {
  return store.transaction(async (session) => {
    const key = await store.keys.findOneAndDelete(which, { session });
    if (!key) return null;
    await store.agents.updateOne(
      { _id: key.agent },
      { $set: { disabled: true, available: false }, $inc: { version: 1 } },
      { session },
    );
    return key.agent;
  });
}

/** The program that this key belongs to, or null. */
export async function keyAgent(store: Store, key: string): Promise<Agent | null> {
  const found = await store.keys.findOne({ _id: digest(key) });
  if (!found) return null;
  const now = Date.now();
  if (now - (found.lastUsedAt?.getTime() ?? 0) > USED_EVERY_MS)
    await store.keys.updateOne({ _id: found._id }, { $set: { lastUsedAt: new Date(now) } });
  return store.agents.findOne({ _id: found.agent, disabled: { $ne: true } });
}
