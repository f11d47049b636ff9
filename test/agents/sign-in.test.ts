import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { hashPassword } from "../../src/agents/passwords.ts";
import { createSignIn, type SignIn } from "../../src/agents/sign-in.ts";
import { makeAgent } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";

const PASSWORD = "several good words";
let database: Database;

beforeAll(async () => {
  database = await openDatabase();
  const passwordHash = await hashPassword(PASSWORD);
  for (const name of ["amina", "baraka"])
    await makeAgent(database.store, { email: `${name}@example.org`, passwordHash, _id: name });
  await makeAgent(database.store, { email: "gone@example.org", passwordHash, disabled: true });
  await makeAgent(database.store, { email: "invited@example.org" });
});
afterAll(() => database.close());

const open = () => createSignIn(database.store);
const wrong = (signIn: SignIn, email: string, address: string) =>
  signIn({ email, password: "wrong words", address }).then(
    () => "in",
    (fault) => fault.code as string,
  );

test("the right password signs in, however the e-mail address is written", async () => {
  const agent = await open()({ email: " Amina@Example.ORG ", password: PASSWORD, address: "192.0.2.1" });
  expect(agent._id).toBe("amina");
});

test("one refusal for a wrong password, an unknown address, a disabled agent and one without a password", async () => {
  const signIn = open();
  const tries = [
    { email: "amina@example.org", password: "wrong words" },
    { email: "nobody@example.org", password: PASSWORD },
    { email: "gone@example.org", password: PASSWORD },
    { email: "invited@example.org", password: PASSWORD },
    { email: "invited@example.org", password: "" },
  ];
  const faults = await Promise.all(
    tries.map((each) =>
      signIn({ ...each, address: "192.0.2.1" }).catch((fault) => [fault.status, fault.code, fault.message]),
    ),
  );
  expect(new Set(faults.map((fault) => JSON.stringify(fault))).size).toBe(1);
  expect(faults[0]).toEqual([401, "wrong_credentials", expect.any(String)]);
});

test("after ten failures of one address with one account, even the right password waits, and is told how long", async () => {
  const signIn = open();
  for (let i = 0; i < 10; i++) expect(await wrong(signIn, "amina@example.org", "192.0.2.1")).toBe("wrong_credentials");
  await expect(signIn({ email: "amina@example.org", password: PASSWORD, address: "192.0.2.1" })).rejects.toMatchObject({
    code: "too_many_attempts",
    status: 429,
    retryAfter: expect.any(Number),
    message: "Too many failed attempts to sign in. Try again in 15 minutes.",
  });
  // Somebody else at the same address, and the same person elsewhere, still get in.
  await signIn({ email: "baraka@example.org", password: PASSWORD, address: "192.0.2.1" });
  await signIn({ email: "amina@example.org", password: PASSWORD, address: "192.0.2.2" });
});

test("a hundred attempts at once are not more than ten", async () => {
  const signIn = open();
  const codes = await Promise.all(Array.from({ length: 100 }, () => wrong(signIn, "amina@example.org", "192.0.2.1")));
  expect(codes.filter((code) => code === "wrong_credentials")).toHaveLength(10);
  expect(codes.filter((code) => code === "too_many_attempts")).toHaveLength(90);
});

test("one address that tries one account after another is stopped at fifty", async () => {
  const signIn = open();
  const codes: string[] = [];
  for (let i = 0; i < 51; i++) codes.push(await wrong(signIn, `nobody${i}@example.org`, "2001:db8:0:1::1"));
  expect(codes.indexOf("too_many_attempts")).toBe(50);
  // One line is a /64 of addresses.
  expect(await wrong(signIn, "amina@example.org", "2001:db8:0:1:ffff::9")).toBe("too_many_attempts");
  expect(await wrong(signIn, "amina@example.org", "2001:db8:0:2::1")).toBe("wrong_credentials");
});

test("signing in with success uses nothing up", async () => {
  const signIn = open();
  for (let i = 0; i < 60; i++) await signIn({ email: "amina@example.org", password: PASSWORD, address: "192.0.2.1" });
});
