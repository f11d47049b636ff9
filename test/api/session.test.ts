import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hashPassword } from "../../src/agents/passwords.ts";
import type { Agent } from "../../src/types.ts";
import { makeAgent } from "../support/core.ts";
import { type ApiDesk, openApiDesk } from "./desk.ts";

const PASSWORD = "several good words";
let desk: ApiDesk;
let amina: Agent;

beforeAll(async () => {
  desk = await openApiDesk({ publicUrl: "https://support.example.org" });
  amina = await makeAgent(desk.store, {
    name: "Amina",
    email: "amina@example.org",
    passwordHash: await hashPassword(PASSWORD),
  });
});
afterAll(() => desk.close());

const signIn = (email: string, password: unknown, address = "192.0.2.9") =>
  desk.call<{ code: string; detail: string }>("POST", "/session", {
    body: { email, password },
    headers: { "x-test-address": address },
  });

describe("a session", () => {
  test("begins with a cookie that scripts, other sites and plain http do not get, and ends for good", async () => {
    const { status, headers, body } = await signIn("amina@example.org", PASSWORD);
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toMatch(/passwordHash|argon2/);
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toMatch(/^firstline_session=[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const held = { cookie: cookie.split(";")[0] ?? "" };
    const who = await desk.call("GET", "/session", { headers: held });
    expect(who.body).toMatchObject({
      agent: { id: amina._id, name: "Amina", online: false, load: 0 },
      queues: [
        { id: "support", name: "Support" },
        { id: "billing", name: "Billing" },
      ],
      inboxes: [{ id: "website", name: "Website", channel: "webchat", queue: "support" }],
      languages: ["en", "fr", "nl", "sw"],
    });
    const out = await desk.call("DELETE", "/session", { headers: held });
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await desk.call("GET", "/session", { headers: held })).status).toBe(401);
  });

  test("is not what a key has", async () => {
    const as = { key: await desk.key() };
    expect((await desk.call("GET", "/session", { as })).status).toBe(200);
    const { status, body } = await desk.call("DELETE", "/session", { as });
    expect([status, body.code]).toEqual([409, "no_session"]);
  });

  test("is refused with one answer for a wrong password and an unknown address", async () => {
    const [wrong, unknown] = [
      await signIn("amina@example.org", "wrong words"),
      await signIn("x@example.org", PASSWORD),
    ];
    expect([wrong.status, wrong.body]).toEqual([401, unknown.body]);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test("is refused to operator objects before anything is looked up", async () => {
    expect((await signIn("amina@example.org", { $ne: "" })).status).toBe(400);
    const { status } = await desk.call("POST", "/session", { body: { email: { $gt: "" }, password: PASSWORD } });
    expect(status).toBe(400);
  });

  test("says how long to wait after too many failures", async () => {
    for (let i = 0; i < 10; i++)
      expect((await signIn("amina@example.org", "wrong words", "192.0.2.66")).status).toBe(401);
    const { status, body, headers } = await signIn("amina@example.org", PASSWORD, "192.0.2.66");
    expect([status, body.code]).toEqual([429, "too_many_attempts"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(800);
    expect(body.detail).toMatch(/Try again in \d+ minutes/);
  });
});

describe("a one-time link", () => {
  test("leads a new agent from the admin's hands to being signed in", async () => {
    const made = await desk.call<{ agent: { id: string }; link: string }>("POST", "/agents", {
      as: desk.admin,
      body: { name: "Baraka", email: "Baraka@example.org", queues: ["support"], languages: ["sw"], capacity: 3 },
    });
    expect(made.status).toBe(201);
    const [, token] = /^https:\/\/support\.example\.org\/agent\/welcome\/([\w-]{43})$/.exec(made.body.link) ?? [];
    const asked = await desk.call("GET", `/invitations/${token}`);
    expect(asked.body).toEqual({ name: "Baraka", email: "baraka@example.org" });
    const weak = await desk.call("POST", `/invitations/${token}`, { body: { password: "short" } });
    expect([weak.status, weak.body.code]).toEqual([400, "weak_password"]);
    const set = await desk.call("POST", `/invitations/${token}`, { body: { password: PASSWORD } });
    expect([set.status, set.headers.getSetCookie()]).toEqual([201, [expect.stringMatching(/^firstline_session=/)]]);
    for (const method of ["GET", "POST"]) {
      const body = method === "POST" ? { body: { password: "other good words" } } : {};
      const again = await desk.call(method, `/invitations/${token}`, body);
      expect([again.status, again.body.code]).toEqual([410, "link_used"]);
    }
    expect((await signIn("baraka@example.org", PASSWORD)).status).toBe(201);
  });

  test("resets a forgotten password, and only that person's", async () => {
    const { body } = await desk.call<{ link: string }>("POST", `/agents/${amina._id}/links`, {
      as: desk.admin,
      body: {},
    });
    const token = body.link.split("/").at(-1);
    await desk.call("POST", `/invitations/${token}`, { body: { password: "quite other words" } });
    expect((await signIn("amina@example.org", PASSWORD)).status).toBe(401);
    expect((await signIn("amina@example.org", "quite other words")).status).toBe(201);
  });
});
