import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createKey, revokeKey } from "../../src/agents/keys.ts";
import { digest } from "../../src/agents/secrets.ts";
import { startSession } from "../../src/agents/sessions.ts";
import { type ApiParts, apiRoutes } from "../../src/api/index.ts";
import type { Agent } from "../../src/types.ts";
import { makeAgent } from "../support/core.ts";
import { type ApiDesk, openApiDesk } from "./desk.ts";

// The table itself: a route that somebody adds is tested without being named here.
const ROUTES = apiRoutes({ publicUrl: "http://localhost" } as ApiParts);
const PUBLIC = ["GET /invitations/{token}", "POST /invitations/{token}", "POST /session"];

let desk: ApiDesk;
let number: number;
let before: string;

beforeAll(async () => {
  desk = await openApiDesk();
  ({ number } = await desk.writes());
  before = await contents();
});
afterAll(() => desk.close());

/** Everything that a caller must not have changed. */
async function contents(): Promise<string> {
  const names = ["messages", "tickets", "events", "agents", "keys", "invitations", "files.files"];
  const all = await Promise.all(names.map((name) => desk.store.db.collection(name).find({}).toArray()));
  return JSON.stringify(all).replace(/,"lastUsedAt":"[^"]*"/g, "");
}

const named = (routes: typeof ROUTES) =>
  routes.map((route) => ({ name: `${route.method.toUpperCase()} ${route.path}`, ...route }));
const closed = named(ROUTES).filter(({ access }) => access !== "public");

function call({ method, path, example }: (typeof closed)[number], headers: Record<string, string>) {
  const filled = path.replace("{number}", String(number)).replace(/\{\w+\}/g, "nobody");
  return desk.call<{ code: string; detail: string }>(method.toUpperCase(), filled, {
    headers,
    ...(example !== undefined && { body: example }),
  });
}

test("only signing in and one-time links are open to strangers", () => {
  const open = named(ROUTES).filter(({ access }) => access === "public");
  expect(open.map(({ name }) => name).sort()).toEqual(PUBLIC);
});

describe("refuses whom it does not know, and changes nothing", () => {
  const forms: [string, () => Promise<Record<string, string>>][] = [
    ["nothing", async () => ({})],
    ["a made up key", async () => ({ authorization: `Bearer fl_${"x".repeat(43)}` })],
    ["a key's hash", async () => ({ authorization: `Bearer ${digest(await desk.key())}` })],
    ["an empty key", async () => ({ authorization: "Bearer " })],
    ["a basic login", async () => ({ authorization: `Basic ${btoa("root@example.org:unused")}` })],
    ["an operator object", async () => ({ authorization: 'Bearer {"$gt":""}' })],
    ["a made up cookie", async () => ({ cookie: "firstline_session=[$ne]" })],
    ["a revoked key", revoked],
    ["an expired session", expired],
    ["a disabled agent's session", disabled],
    [
      "a wrong key beside a good cookie",
      async () => ({ authorization: "Bearer wrong", cookie: await desk.cookie(desk.admin) }),
    ],
  ];

  test.each(forms)("%s", async (_, form) => {
    const headers = await form();
    before = await contents();
    for (const route of closed) {
      const { status, body, headers: answered } = await call(route, headers);
      expect([route.name, status, body.code]).toEqual([route.name, 401, "unauthenticated"]);
      expect(answered.get("www-authenticate")).toBe('Bearer realm="Firstline"');
    }
    expect(await contents()).toBe(before);
  });

  async function revoked() {
    const name = `revoked ${randomUUID()}`;
    const { key } = await createKey(desk.store, name, { queues: [] });
    await revokeKey(desk.store, { name });
    return { authorization: `Bearer ${key}` };
  }

  async function expired() {
    const token = await startSession(desk.store, desk.admin);
    await desk.store.sessions.updateOne({ _id: digest(token) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    return { cookie: `firstline_session=${token}` };
  }

  async function disabled() {
    const gone = await makeAgent(desk.store, { roles: ["admin"] });
    const token = await startSession(desk.store, gone);
    await desk.store.agents.updateOne({ _id: gone._id }, { $set: { disabled: true } });
    return { cookie: `firstline_session=${token}` };
  }
});

describe("keeps what is for admins from everybody else", () => {
  const admins = closed.filter(({ access }) => access === "admin");

  test("there is something to keep", () => {
    expect(admins.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "POST /agents",
        "PATCH /agents/{id}",
        "POST /agents/{id}/links",
        "GET /keys",
        "POST /keys",
      ]),
    );
  });

  test.each(["an agent's session", "a program's key"])("%s", async (who) => {
    const headers: Record<string, string> =
      who === "a program's key"
        ? { authorization: `Bearer ${await desk.key()}` }
        : { cookie: await desk.cookie(desk.agent) };
    before = await contents();
    for (const route of admins) {
      const { status, body } = await call(route, headers);
      expect([route.name, status, body.code]).toEqual([route.name, 403, "forbidden"]);
    }
    expect(await contents()).toBe(before);
  });
});

test("lets agents and admins in by cookie, and programs by key", async () => {
  const forms: [Agent | { key: string }, boolean][] = [
    [desk.agent, false],
    [desk.admin, true],
    [{ key: await desk.key() }, false],
  ];
  for (const [as, isAdmin] of forms) {
    expect((await desk.call("GET", "/tickets", { as })).status).toBe(200);
    expect((await desk.call("GET", "/keys", { as })).status).toBe(isAdmin ? 200 : 403);
  }
});

describe("another site's page in an agent's browser", () => {
  const writing = closed.filter(({ method }) => method !== "get");

  test.each([
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { "sec-fetch-site": "same-site", origin: "https://blog.localhost" },
    { "sec-fetch-site": "cross-site" },
    { origin: "https://evil.example" },
    { origin: "null" },
  ])("changes nothing with %j", async (headers) => {
    const cookie = await desk.cookie(desk.admin);
    before = await contents();
    for (const route of writing) {
      const { status, body } = await call(route, { cookie, ...(headers as Record<string, string>) });
      expect([route.name, status, body.code]).toEqual([route.name, 403, "cross_site"]);
    }
    const signIn = await desk.call("POST", "/session", {
      body: { email: "root@example.org", password: "whatever it is" },
      headers: headers as Record<string, string>,
    });
    expect(signIn.body.code).toBe("cross_site");
    expect(await contents()).toBe(before);
  });

  test("is told apart from our own page, from a program with a key, and from no browser at all", async () => {
    const { host } = new URL(desk.url);
    const path = `/tickets/${number}/notes`;
    const cookie = await desk.cookie(desk.agent);
    const good: Record<string, string>[] = [
      { cookie, "sec-fetch-site": "same-origin", origin: `http://${host}` },
      { cookie, origin: `http://${host}` },
      { cookie, origin: "http://localhost:3000" },
      { cookie },
      { authorization: `Bearer ${await desk.key()}`, "sec-fetch-site": "cross-site", origin: "https://crm.example" },
    ];
    for (const headers of good)
      expect((await desk.call("POST", path, { body: { text: "A note" }, headers })).status).toBe(201);
  });

  test("cannot write by a form, whose content types are refused", async () => {
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]) {
      const { status, body } = await desk.call("POST", `/tickets/${number}/notes`, {
        as: desk.agent,
        body: '{"text":"A note"}',
        headers: { "content-type": type },
      });
      expect([status, body.code]).toEqual([415, "unsupported_media_type"]);
    }
  });
});
