import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createPerson, updateAgent } from "../../src/agents/accounts.ts";
import { authenticate } from "../../src/agents/credentials.ts";
import { ensureFirstAdmin } from "../../src/agents/first-admin.ts";
import { acceptInvitation, invite, invited } from "../../src/agents/invitations.ts";
import { digest, newId } from "../../src/agents/secrets.ts";
import { startSession } from "../../src/agents/sessions.ts";
import { createSignIn } from "../../src/agents/sign-in.ts";
import type { Store } from "../../src/store.ts";
import { makeAgent } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

const PASSWORD = "several good words";
let database: Database;
let store: Store;

beforeAll(async () => {
  database = await openDatabase();
  store = database.store;
});
beforeEach(async () => {
  const { agents, sessions, keys, invitations } = store;
  await Promise.all([agents, sessions, keys, invitations].map((each) => each.deleteMany({})));
});
afterAll(() => database.close());

const signIn = (email: string, password: string) => createSignIn(store)({ email, password, address: "192.0.2.1" });
const admin = (name: string) =>
  makeAgent(store, { _id: name, email: `${name}@example.org`, roles: ["admin", "agent"], passwordHash: "set" });
const person = (email = "amina@example.org") => createPerson(store, { id: newId(), name: "Amina", email });

describe("an invitation", () => {
  test("sets a password once, then signs in with it; its token is stored hashed", async () => {
    const amina = await person();
    const token = await invite(store, amina);
    expect(JSON.stringify(await store.invitations.find().toArray())).not.toContain(token);
    expect(await invited(store, token)).toMatchObject({ _id: amina._id });
    await acceptInvitation(store, token, PASSWORD);
    expect(await signIn("amina@example.org", PASSWORD)).toMatchObject({ _id: amina._id });
    await expect(acceptInvitation(store, token, "other good words")).rejects.toMatchObject({
      code: "link_used",
      status: 410,
    });
  });

  test("used by many at once is used by one", async () => {
    const token = await invite(store, await person());
    const uses = Array.from({ length: 5 }, (_, i) => acceptInvitation(store, token, `several good words ${i}`));
    const settled = await Promise.allSettled(uses);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("ends after 48 hours, when a newer one is made, and when its person is disabled", async () => {
    const amina = await person();
    const first = await invite(store, amina);
    const hours = ((await store.invitations.findOne({ _id: digest(first) }))?.expiresAt.getTime() ?? 0) - Date.now();
    expect(Math.round(hours / 3_600_000)).toBe(48);
    const second = await invite(store, amina);
    await expect(invited(store, first)).rejects.toMatchObject({ status: 410 });
    await store.invitations.updateOne({ _id: digest(second) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    await expect(acceptInvitation(store, second, PASSWORD)).rejects.toMatchObject({ status: 410 });
    const third = await invite(store, amina);
    await updateAgent(store, amina._id, { disabled: true });
    await expect(acceptInvitation(store, third, PASSWORD)).rejects.toMatchObject({ status: 410 });
    await expect(invite(store, { ...amina, disabled: true })).rejects.toMatchObject({ code: "disabled" });
  });

  test("survives a password that is refused", async () => {
    const token = await invite(store, await person());
    await expect(acceptInvitation(store, token, "short")).rejects.toMatchObject({ code: "weak_password" });
    await acceptInvitation(store, token, PASSWORD);
  });

  test("that resets a password ends the sessions that the old one opened", async () => {
    const amina = await person();
    const session = await startSession(store, amina);
    await acceptInvitation(store, await invite(store, amina), PASSWORD);
    expect(await authenticate(store, { cookie: `firstline_session=${session}` })).toBeNull();
  });

  test("is not for programs", async () => {
    await expect(invite(store, await makeAgent(store, { kind: "program" }))).rejects.toMatchObject({
      code: "not_a_person",
    });
  });
});

describe("an account", () => {
  test("has an e-mail address of its own", async () => {
    await person("amina@example.org");
    await expect(person(" AMINA@example.org")).rejects.toMatchObject({ code: "email_taken", status: 409 });
  });

  test("that is disabled loses its sessions, keys and links at once, and comes back without them", async () => {
    const amina = await makeAgent(store, { email: "amina@example.org" });
    const cookie = `firstline_session=${await startSession(store, amina)}`;
    await updateAgent(store, amina._id, { disabled: true });
    expect(await store.agents.findOne({ _id: amina._id })).toMatchObject({
      disabled: true,
      available: false,
      version: 2,
    });
    expect(await store.sessions.countDocuments()).toBe(0);
    await updateAgent(store, amina._id, { disabled: false });
    expect(await store.agents.findOne({ _id: amina._id })).not.toHaveProperty("disabled");
    expect(await authenticate(store, { cookie })).toBeNull();
  });

  test("that does not exist is not changed", async () => {
    expect(await updateAgent(store, "nobody", { name: "x" })).toBeNull();
  });
});

describe("the last admin who can sign in", () => {
  test.each([{ disabled: true }, { roles: ["agent" as const] }])("is not taken away: %j", async (change) => {
    await admin("one");
    await makeAgent(store, { _id: "invited", roles: ["admin"] });
    await makeAgent(store, { _id: "disabled", roles: ["admin"], passwordHash: "set", disabled: true });
    await expect(updateAgent(store, "one", change)).rejects.toMatchObject({ code: "last_admin", status: 409 });
    expect(await store.agents.findOne({ _id: "one" })).toMatchObject({ roles: ["admin", "agent"], version: 1 });
  });

  test("remains when several admins take each other away at the same moment", async () => {
    const names = ["one", "two", "three", "four"];
    await Promise.all(names.map(admin));
    const settled = await Promise.allSettled(names.map((name) => updateAgent(store, name, { disabled: true })));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await store.agents.countDocuments({ roles: "admin", disabled: { $ne: true } })).toBe(1);
  });
});

describe("the first admin", () => {
  test("gets a random password that is told once", async () => {
    const first = await ensureFirstAdmin(store, { queues: ["support", "billing"], languages: ["en"] });
    expect(first).toEqual({ email: "admin@localhost", password: expect.stringMatching(/^\w{6}-\w{6}-\w{6}$/) });
    expect(await signIn(first.email, first.password ?? "")).toMatchObject({
      roles: ["admin", "agent"],
      queues: ["support", "billing"],
      languages: ["en"],
      kind: "person",
    });
    expect(await ensureFirstAdmin(store, { queues: ["support"] })).toEqual({ email: "admin@localhost" });
  });

  test("is whom ADMIN_EMAIL and ADMIN_PASSWORD say", async () => {
    const wanted = { email: "Ops@example.org", password: PASSWORD, queues: ["support"] };
    expect(await ensureFirstAdmin(store, wanted)).toEqual({ email: "ops@example.org" });
    expect(await signIn("ops@example.org", PASSWORD)).toMatchObject({ name: "Ops" });
  });

  test("keeps the password set in the console when ADMIN_PASSWORD says another one", async () => {
    const wanted = { email: "ops@example.org", password: PASSWORD, queues: [] };
    await ensureFirstAdmin(store, wanted);
    await ensureFirstAdmin(store, { ...wanted, password: "quite other words" });
    await signIn("ops@example.org", PASSWORD);
    await expect(signIn("ops@example.org", "quite other words")).rejects.toMatchObject({ status: 401 });
  });

  test("is joined by another one when the operator, locked out, names a new address with a password", async () => {
    await ensureFirstAdmin(store, { queues: [] });
    expect(await ensureFirstAdmin(store, { email: "rescue@example.org", queues: [] })).toEqual({
      email: "admin@localhost",
    });
    const rescue = { email: "rescue@example.org", password: PASSWORD, queues: [] };
    expect(await ensureFirstAdmin(store, rescue)).toEqual({ email: "rescue@example.org" });
    expect(await signIn("rescue@example.org", PASSWORD)).toMatchObject({ roles: ["admin", "agent"] });
  });

  test("does not come back after it was disabled", async () => {
    await admin("two");
    const wanted = { email: "ops@example.org", password: PASSWORD, queues: [] };
    await ensureFirstAdmin(store, wanted);
    const ops = await store.agents.findOne({ email: "ops@example.org" });
    await updateAgent(store, ops?._id ?? "", { disabled: true });
    expect(await ensureFirstAdmin(store, wanted)).toEqual({ email: "two@example.org" });
    await expect(signIn("ops@example.org", PASSWORD)).rejects.toMatchObject({ status: 401 });
  });

  test("is one, however many processes start at once", async () => {
    const firsts = await Promise.all(Array.from({ length: 4 }, () => ensureFirstAdmin(store, { queues: [] })));
    expect(await store.agents.countDocuments()).toBe(1);
    const told = firsts.filter(({ password }) => password !== undefined);
    expect(told).toHaveLength(1);
    await signIn("admin@localhost", told[0]?.password ?? "");
  });

  test("is refused a password that anybody guesses", async () => {
    const wanted = { email: "ops@example.org", password: "short", queues: [] };
    await expect(ensureFirstAdmin(store, wanted)).rejects.toThrow(/ADMIN_PASSWORD cannot be used/);
  });
});
