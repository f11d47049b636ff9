import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { authenticate } from "../../src/agents/credentials.ts";
import { createKey, listKeys, revokeKey } from "../../src/agents/keys.ts";
import { digest } from "../../src/agents/secrets.ts";
import { endSession, sessionAgent, sessionCookie, startSession, tokenInCookie } from "../../src/agents/sessions.ts";
import type { Store } from "../../src/store.ts";
import type { Agent } from "../../src/types.ts";
import { makeAgent } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

const HOUR = 60 * 60 * 1000;
let database: Database;
let store: Store;
let agent: Agent;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
  agent = await makeAgent(store, { _id: "amina" });
});
afterAll(() => database.close());

test("a session's token is not in the database, only its hash", async () => {
  const token = await startSession(store, agent);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(await store.sessions.countDocuments({ _id: token })).toBe(0);
  expect(await store.sessions.countDocuments({ _id: digest(token) })).toBe(1);
  expect((await sessionAgent(store, token))?._id).toBe("amina");
});

test("an ended, an expired and a made up session are nobody's, before MongoDB has removed them", async () => {
  const [ended, expired] = [await startSession(store, agent), await startSession(store, agent)];
  await endSession(store, ended);
  await store.sessions.updateOne({ _id: digest(expired) }, { $set: { expiresAt: new Date(Date.now() - 1000) } });
  for (const token of [ended, expired, "made up", "", digest(expired)])
    expect(await sessionAgent(store, token)).toBeNull();
});

test("a session lives while it is used, but not for ever", async () => {
  const token = await startSession(store, agent);
  const expiry = async () => (await store.sessions.findOne({ _id: digest(token) }))?.expiresAt.getTime() ?? 0;
  const fresh = await expiry();
  await sessionAgent(store, token);
  expect(await expiry()).toBe(fresh);

  await store.sessions.updateOne({ _id: digest(token) }, { $set: { expiresAt: new Date(Date.now() + HOUR) } });
  await sessionAgent(store, token);
  expect(await expiry()).toBeGreaterThan(Date.now() + 11 * HOUR);

  const old = new Date(Date.now() - 30 * 24 * HOUR + 2 * HOUR);
  await store.sessions.updateOne(
    { _id: digest(token) },
    { $set: { createdAt: old, expiresAt: new Date(Date.now() + HOUR) } },
  );
  await sessionAgent(store, token);
  expect(await expiry()).toBe(old.getTime() + 30 * 24 * HOUR);
});

test("the cookie is for our own pages only, out of scripts' reach, and Secure under https", () => {
  expect(sessionCookie("abc", true)).toBe(
    "firstline_session=abc; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Strict",
  );
  expect(sessionCookie("abc", false)).not.toContain("Secure");
  expect(sessionCookie(null, false)).toContain("Max-Age=0");
  expect(tokenInCookie("a=b; firstline_session=abc")).toBe("abc");
  expect(tokenInCookie("a=b")).toBeUndefined();
});

test("a key acts under its own name, and is not in the database", async () => {
  const { key, agent: program } = await createKey(store, "crm", { queues: ["support", "billing"] });
  expect(key).toMatch(/^fl_[\w-]{43}$/);
  expect(program).toMatchObject({ name: "crm", kind: "program", roles: ["agent"], queues: ["support", "billing"] });
  expect(JSON.stringify(await store.keys.find().toArray())).not.toContain(key);
  const caller = await authenticate(store, { authorization: `Bearer ${key}` });
  expect(caller).toMatchObject({ by: "key", agent: { _id: program._id } });
  expect((await listKeys(store))[0]?.lastUsedAt).toBeInstanceOf(Date);
});

test("two keys of one name are refused, also at the same moment", async () => {
  const made = await Promise.allSettled(Array.from({ length: 5 }, () => createKey(store, "twin", { queues: [] })));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await store.agents.countDocuments({ name: "twin" })).toBe(1);
  await expect(createKey(store, "twin", { queues: [] })).rejects.toMatchObject({ code: "name_taken", status: 409 });
});

test.each(["", "a\u0000b", "x".repeat(61), "\u202egnp"])("a key cannot be named %j", async (name) => {
  await expect(createKey(store, name, { queues: [] })).rejects.toMatchObject({ code: "invalid_name" });
});

test("a revoked key is refused at once, and the same program comes back with a new one", async () => {
  const { key, agent: program } = await createKey(store, "bot", { queues: ["support"] });
  expect(await revokeKey(store, { name: "bot" })).toBe(program._id);
  expect(await revokeKey(store, { name: "bot" })).toBeNull();
  expect(await authenticate(store, {}, key)).toBeNull();
  expect(await store.agents.findOne({ _id: program._id })).toMatchObject({ disabled: true, available: false });
  const again = await createKey(store, "bot", { queues: ["support"] });
  expect(again.key).not.toBe(key);
  expect(again.agent._id).toBe(program._id);
  expect(await authenticate(store, {}, again.key)).not.toBeNull();
  expect(await authenticate(store, {}, key)).toBeNull();
});

test("a wrong Authorization header is not made good by a cookie", async () => {
  const cookie = `firstline_session=${await startSession(store, agent)}`;
  expect(await authenticate(store, { cookie })).toMatchObject({ by: "session", agent: { _id: "amina" } });
  for (const authorization of ["Bearer wrong", "Basic YTpi", "Bearer", "nonsense"])
    expect(await authenticate(store, { cookie, authorization })).toBeNull();
});

test("a disabled agent's session and key are nobody's", async () => {
  const token = await startSession(store, agent);
  const { key, agent: program } = await createKey(store, "off", { queues: [] });
  await store.agents.updateMany({ _id: { $in: ["amina", program._id] } }, { $set: { disabled: true } });
  expect(await sessionAgent(store, token)).toBeNull();
  expect(await authenticate(store, {}, key)).toBeNull();
});
