import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeAgent } from "../support/core.ts";
import { type ApiDesk, openApiDesk } from "./desk.ts";

let desk: ApiDesk;

beforeAll(async () => {
  desk = await openApiDesk();
});
afterAll(() => desk.close());

type Made = { agent: { id: string; name: string }; link: string; code: string };
const asAdmin = <Body = Record<string, unknown>>(method: string, path: string, body?: unknown, key?: string) =>
  desk.call<Body>(method, path, { as: desk.admin, body, ...(key && { headers: { "idempotency-key": key } }) });
const amina = { name: "Amina", email: "amina@example.org" };

describe("agents", () => {
  test("are listed with who is online and how much they hold, and never with a password", async () => {
    const busy = await makeAgent(desk.store, { name: "Busy", passwordHash: "$argon2id$secret" });
    const ticket = await desk.writes();
    await desk.call("PUT", `/tickets/${ticket.number}/assignment`, { as: busy, body: { agent: busy._id } });
    await desk.store.presence.insertOne({ _id: "p", agent: busy._id, process: "p", sockets: 1, seenAt: new Date() });
    const { body } = await desk.call<{ items: { id: string }[] }>("GET", "/agents", { as: desk.agent });
    expect(body.items.find(({ id }) => id === busy._id)).toMatchObject({
      online: true,
      load: 1,
      capacity: 5,
      disabled: false,
    });
    expect(body.items.find(({ id }) => id === desk.agent._id)).toMatchObject({ online: false, load: 0 });
    expect(JSON.stringify(body)).not.toContain("argon2");
  });

  test("are created once for one Idempotency-Key, with the same link, of which nothing is stored", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        asAdmin<Made>("POST", "/agents", { ...amina, email: "once@example.org" }, "agent-1"),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
    expect(new Set(answers.map(({ body }) => `${body.agent.id} ${body.link}`)).size).toBe(1);
    const token = answers[0]?.body.link.split("/").at(-1) ?? "";
    const everything = await Promise.all(
      ["invitations", "requests", "agents"].map((name) => desk.store.db.collection(name).find({}).toArray()),
    );
    expect(JSON.stringify(everything)).not.toContain(token);
    expect((await desk.call("GET", `/invitations/${token}`)).status).toBe(200);
  });

  test("need an address of their own and queues that there are", async () => {
    await asAdmin("POST", "/agents", amina);
    const twice = await asAdmin<Made>("POST", "/agents", amina);
    expect([twice.status, twice.body.code]).toEqual([409, "email_taken"]);
    const lost = await asAdmin<Made>("POST", "/agents", { ...amina, email: "b@example.org", queues: ["lost"] });
    expect([lost.status, lost.body.code]).toEqual([400, "unknown_queue"]);
    expect(await desk.store.agents.countDocuments({ email: "b@example.org" })).toBe(0);
  });

  test.each([
    { email: "no address" },
    { email: { $gt: "" } },
    { name: "" },
    { name: "a\u0000b" },
    { name: "\u202eevil" },
    { roles: [] },
    { roles: ["owner"] },
    { capacity: -1 },
    { capacity: 1.5 },
    { capacity: "5" },
    { tier: "L9" },
    { languages: ["english!"] },
    { passwordHash: "mine" },
    { _id: "mine" },
  ])("are not made of %j", async (wrong) => {
    const { status, body } = await asAdmin<Made>("POST", "/agents", { ...amina, email: "new@example.org", ...wrong });
    expect([status, body.code]).toEqual([400, "invalid"]);
  });

  test("are changed field by field, and the rest of the gateway is told", async () => {
    const { _id } = await makeAgent(desk.store, { name: "Before" });
    const told = desk.changes();
    const { status, body } = await asAdmin("PATCH", `/agents/${_id}`, {
      name: "After",
      capacity: 2,
      queues: ["billing"],
    });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ name: "After", capacity: 2, queues: ["billing"], tier: "L1" }),
    ]);
    expect(desk.changes()).toBe(told + 1);
    expect((await asAdmin("PATCH", `/agents/${_id}`, { queues: ["lost"] })).status).toBe(400);
    expect((await asAdmin("PATCH", `/agents/${_id}`, { email: "other@example.org" })).status).toBe(400);
    expect((await asAdmin("PATCH", "/agents/nobody", { name: "x" })).status).toBe(404);
  });

  test("that are disabled are out at once", async () => {
    const gone = await makeAgent(desk.store);
    expect((await desk.call("GET", "/tickets", { as: gone })).status).toBe(200);
    await asAdmin("PATCH", `/agents/${gone._id}`, { disabled: true });
    expect((await desk.call("GET", "/tickets", { as: gone })).status).toBe(401);
    expect((await asAdmin("POST", `/agents/${gone._id}/links`, {})).status).toBe(409);
  });

  test("keep one admin", async () => {
    const { status, body } = await asAdmin("PATCH", `/agents/${desk.admin._id}`, { disabled: true });
    expect([status, body.code]).toEqual([409, "last_admin"]);
  });

  test("get links only if they are people who are there", async () => {
    expect((await asAdmin("POST", "/agents/nobody/links")).status).toBe(404);
    const program = await makeAgent(desk.store, { kind: "program" });
    expect((await asAdmin("POST", `/agents/${program._id}/links`)).body).toMatchObject({
      status: 409,
      code: "not_a_person",
    });
  });
});

describe("keys", () => {
  interface Key {
    id: string;
    name: string;
    key: string;
  }

  test("are shown once, work at once, are listed without themselves, and end at once", async () => {
    const { status, body } = await asAdmin<Key>("POST", "/keys", { name: "crm" });
    expect([status, body.name]).toEqual([201, "crm"]);
    const as = { key: body.key };
    const who = await desk.call<{ agent: object }>("GET", "/session", { as });
    expect(who.body.agent).toMatchObject({ id: body.id, name: "crm", kind: "program", queues: ["support", "billing"] });
    const listed = await asAdmin<{ items: object[] }>("GET", "/keys");
    expect(listed.body.items).toContainEqual(expect.objectContaining({ id: body.id, name: "crm" }));
    expect(JSON.stringify(listed.body)).not.toContain(body.key);
    expect((await asAdmin("DELETE", `/keys/${body.id}`)).status).toBe(204);
    expect((await desk.call("GET", "/session", { as })).status).toBe(401);
    expect((await asAdmin("DELETE", `/keys/${body.id}`)).status).toBe(404);
  });

  test("are made once for one Idempotency-Key, and only its maker gets the key again", async () => {
    const make = () => asAdmin<Key>("POST", "/keys", { name: "once" }, "key-1");
    const [first, again] = [await make(), await make()];
    expect(again.body.key).toBe(first.body.key);
    expect((await desk.call("GET", "/session", { as: { key: again.body.key } })).status).toBe(200);
    const other = await makeAgent(desk.store, { roles: ["admin"] });
    const { status, body } = await desk.call("POST", "/keys", {
      as: other,
      body: { name: "once" },
      headers: { "idempotency-key": "key-1" },
    });
    expect([status, body.code]).toEqual([409, "name_taken"]);
  });
});
