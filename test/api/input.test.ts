import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiDesk, openApiDesk } from "./desk.ts";

let desk: ApiDesk;
let number: number;

beforeAll(async () => {
  desk = await openApiDesk();
  ({ number } = await desk.writes());
});
afterAll(() => desk.close());

const note = (body: unknown, headers: Record<string, string> = {}) =>
  desk.call<{ code: string; detail: string; errors?: { path: string; message: string }[] }>(
    "POST",
    `/tickets/${number}/notes`,
    { as: desk.agent, body, headers },
  );

/** As it stands, without what fetch would put right. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string | number>,
  body = "",
): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const sending = request(`${desk.url}/api/v1`, { method, path, headers }, (response) => {
      let text = "";
      response.on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => resolve([response.statusCode ?? 0, text]));
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

describe("what does not fit is refused with its place, and nothing is written", () => {
  test.each([
    ["an operator object", { text: { $gt: "" } }, "body.text"],
    ["a number", { text: 5 }, "body.text"],
    ["nothing", {}, "body.text"],
    ["blanks", { text: " \n " }, "body.text"],
    ["half a character", { text: "ab\ud800" }, "body.text"],
    ["a novel", { text: "x".repeat(20_001) }, "body.text"],
    ["an unknown field", { text: "ok", seq: 1 }, "body.seq"],
    ["a list", [{ text: "ok" }], "body"],
    ["a prototype", '{"text":"ok","__proto__":{"roles":["admin"]}}', "body.__proto__"],
    ["a constructor", '{"text":"ok","constructor":{"prototype":{"x":1}}}', "body.constructor"],
  ])("%s", async (_, body, path) => {
    const { status, body: problem, headers } = await note(body);
    expect([status, problem.code]).toEqual([400, "invalid"]);
    expect(problem.errors?.[0]?.path).toBe(path);
    expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(await desk.store.messages.countDocuments({ kind: "note" })).toBe(0);
    expect(Object.hasOwn(Object.prototype, "roles")).toBe(false);
  });

  test("malformed JSON", async () => {
    for (const body of ['{"text":', "text=ok", "\u0000"]) {
      const { status, body: problem } = await note(body);
      expect([status, problem.code]).toEqual([400, "malformed"]);
    }
    const missing = await note("");
    expect([missing.status, missing.body.code]).toEqual([400, "invalid"]);
  });

  test("a body of more than 64 KB, also one that does not say how large it is", async () => {
    const { status, body } = await note(JSON.stringify({ text: "x".repeat(70_000) }));
    expect([status, body.code]).toEqual([413, "too_large"]);
    const cookie = await desk.cookie(desk.agent);
    const [chunked, problem] = await raw(
      "POST",
      `/api/v1/tickets/${number}/notes`,
      { cookie, "content-type": "application/json", "transfer-encoding": "chunked" },
      JSON.stringify({ text: "x".repeat(1_000_000) }),
    );
    expect([chunked, JSON.parse(problem).code]).toEqual([413, "too_large"]);
  });

  test("lists within lists within lists, also under a key", async () => {
    const deep = "[".repeat(30_000) + "]".repeat(30_000);
    for (const body of [deep, `{"text":${deep}}`]) {
      const { status, body: problem } = await note(body, { "idempotency-key": "deep" });
      expect([status, problem.code]).toEqual([400, "invalid"]);
    }
  });

  test("a compressed body, so that none can unfold into gigabytes", async () => {
    const { status, body } = await note(JSON.stringify({ text: "ok" }), { "content-encoding": "gzip" });
    expect([status, body.code]).toEqual([415, "unsupported_media_type"]);
  });

  test("a path that cannot be decoded", async () => {
    const [status, problem] = await raw("GET", "/api/v1/contacts/%E0%A4%A", { cookie: await desk.cookie(desk.agent) });
    expect([status, JSON.parse(problem).code]).toEqual([400, "malformed"]);
  });

  test("more unknown keys than anybody types are named a few at a time", async () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`${i}${"k".repeat(20)}`, 1]));
    const { body } = await note({ text: "ok", ...many });
    expect(body.errors).toHaveLength(10);
    expect(JSON.stringify(body).length).toBeLessThan(4_000);
  });

  test.each(["", " ", "two words", "x".repeat(201), "é"])("the Idempotency-Key %j", async (key) => {
    const [status, problem] = await raw(
      "POST",
      `/api/v1/tickets/${number}/notes`,
      {
        cookie: await desk.cookie(desk.agent),
        "content-type": "application/json",
        "idempotency-key": Buffer.from(key).toString("latin1"),
      },
      '{"text":"ok"}',
    );
    expect([status, JSON.parse(problem).code]).toEqual([400, "invalid"]);
  });
});

describe("every refusal is an RFC 9457 problem", () => {
  test("where there is nothing", async () => {
    for (const path of ["/nothing", "/", "/tickets/1/nothing", "/Tickets"]) {
      const { status, body, headers } = await desk.call("GET", path, { as: desk.agent });
      expect(status).toBe(404);
      expect(body).toMatchObject({ type: "about:blank", title: "Not Found", status: 404, code: "not_found" });
      expect(headers.get("content-type")).toContain("application/problem+json");
    }
  });

  test("where another method is meant, which is named", async () => {
    const { status, body, headers } = await desk.call("DELETE", "/tickets", { as: desk.agent });
    expect([status, body.code, headers.get("allow")]).toEqual([405, "method_not_allowed", "GET, POST"]);
  });

  test("where we are at fault, without a word of how we are built", async () => {
    const broken = await openApiDesk();
    const ticket = await broken.writes();
    broken.parts.actions.note = async () => {
      throw new Error("secret internals at /srv/app.js");
    };
    const { status, body } = await broken.call("POST", `/tickets/${ticket.number}/notes`, {
      as: broken.agent,
      body: { text: "ok" },
    });
    expect([status, body.code]).toEqual([500, "internal"]);
    expect(JSON.stringify(body)).not.toContain("secret");
    await broken.close();
  });

  test("where the database is away: 503 within a second and a Retry-After, never a 4xx", async () => {
    const broken = await openApiDesk();
    const as = broken.agent;
    await broken.cookie(as);
    const before = broken.store.agents.findOne;
    broken.store.agents.findOne = (async () => {
      const { MongoServerSelectionError } = await import("mongodb");
      throw new MongoServerSelectionError("no primary", {} as never);
    }) as unknown as typeof before;
    const { status, body, headers } = await broken.call("GET", "/tickets", { as });
    expect([status, body.code, headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
    broken.store.agents.findOne = before;
    await broken.close();
  });
});

test("every answer forbids caching, sniffing and framing", async () => {
  for (const path of ["/tickets", "/nothing"]) {
    const { headers } = await desk.call("GET", path, { as: desk.agent });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-powered-by")).toBeNull();
  }
});
