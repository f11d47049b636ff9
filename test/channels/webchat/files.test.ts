import { randomBytes, randomUUID } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { roomy } from "../../support/config.ts";
import { eventually } from "../../support/eventually.ts";
import { type Gateway, startGateway } from "../../support/gateway.ts";
import { type Visitor, visitor } from "../../support/visitor.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const MEGABYTE = 1024 * 1024;

let gateway: Gateway;
let ann: Visitor;
let eve: Visitor;

beforeAll(async () => {
  gateway = await startGateway({
    config: `${roomy()}
  shop: { channel: webchat, name: Shop, queue: support, allowedOrigins: ["https://shop.example"], limits: { uploads: 2 } }`,
  });
  [ann, eve] = await Promise.all([visitor(gateway), visitor(gateway)]);
});
afterAll(async () => {
  ann.close();
  eve.close();
  await gateway.stop();
});

const files = () => `${gateway.url}/channels/webchat/files`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function formOf(content: Uint8Array<ArrayBuffer> | string, name = "photo.png"): FormData {
  const form = new FormData();
  form.append("file", new Blob([content]), name);
  return form;
}

async function upload(who: Visitor, content: Uint8Array<ArrayBuffer> | string, name?: string, headers = {}) {
  const body = formOf(content, name);
  const response = await fetch(files(), {
    method: "POST",
    body,
    headers: { ...bearer(who.session.token), ...headers },
  });
  const json = (await response.json()) as {
    id: string;
    name: string;
    type: string;
    size: number;
    error?: { code: string };
  };
  return { status: response.status, ...json };
}

const stored = () => gateway.store.db.collection("files.chunks").countDocuments();

describe("an upload", () => {
  test("is answered with its id, and its type told from the content, not from the name", async () => {
    expect(await upload(ann, PNG, "résumé.pdf")).toEqual({
      status: 201,
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: "résumé.pdf",
      type: "image/png",
      size: PNG.length,
    });
  });

  test("of exactly 10 MB is taken, and one byte more is not, and leaves nothing behind", async () => {
    expect((await upload(ann, new Uint8Array(10 * MEGABYTE))).status).toBe(201);
    const before = await stored();
    expect(await upload(ann, new Uint8Array(10 * MEGABYTE + 1))).toMatchObject({
      status: 413,
      error: { code: "file_too_large" },
    });
    // The visitor is told at once; what had arrived by then is taken away behind the answer.
    await eventually(async () => expect(await stored()).toBe(before));
  });

  test("that says at once that it is far too large is refused unread", async () => {
    expect(await upload(ann, new Uint8Array(20 * MEGABYTE))).toMatchObject({
      status: 413,
      error: { code: "file_too_large" },
    });
  });

  test.each([
    ["no token", {}, 401, "token_missing"],
    ["a made-up token", bearer("x.y.z"), 401, "token_invalid"],
  ])("with %s is refused", async (_name, headers, status, code) => {
    const response = await fetch(files(), { method: "POST", body: formOf(PNG), headers });
    expect([response.status, await response.json()]).toEqual([
      status,
      { ok: false, error: { code, message: expect.stringMatching(/\S/) } },
    ]);
  });

  test.each([
    ["JSON", "application/json", "{}"],
    ["a form without a boundary", "multipart/form-data", "x"],
    [
      "a form that ends early",
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    ],
    [
      "a form without a file",
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nabc\r\n--b--\r\n',
    ],
    ["nothing", "multipart/form-data; boundary=b", ""],
  ])("that is %s is refused, and leaves nothing behind", async (_name, type, body) => {
    const before = await stored();
    const headers = { ...bearer(ann.session.token), "content-type": type };
    const response = await fetch(files(), { method: "POST", body, headers });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "invalid" } }]);
    expect(await stored()).toBe(before);
  });

  test("that breaks off leaves nothing behind", async () => {
    const before = await stored();
    const outgoing = request(files(), {
      method: "POST",
      headers: {
        ...bearer(ann.session.token),
        "content-type": "multipart/form-data; boundary=b",
        "content-length": 9_000_000,
      },
    });
    outgoing.on("error", () => {});
    outgoing.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
    await new Promise((resolve) => outgoing.write(randomBytes(3 * MEGABYTE), resolve));
    outgoing.destroy();
    await eventually(async () => expect(await stored()).toBe(before));
    expect((await upload(ann, PNG)).status).toBe(201);
  });

  test("beyond the limit of a minute is refused in words", async () => {
    const customer = await visitor(gateway, { inbox: "shop" });
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push(await upload(customer, PNG));
    expect(outcomes.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(outcomes[2]?.error).toMatchObject({ code: "rate_limited", message: expect.stringMatching(/seconds/) });
    customer.close();
  });
});

describe("a file", () => {
  const read = (id: string, who: Visitor | null, headers = {}) =>
    fetch(`${files()}/${id}`, { headers: { ...(who ? bearer(who.session.token) : {}), ...headers } });

  test("goes with a message, once, and is served as a download that no browser runs", async () => {
    const page = await upload(ann, "<script>alert(1)</script>", "page.html");
    const answer = await ann.send("here it is", randomUUID(), [page.id]);
    expect(answer.ok).toBe(true);
    const mine = await ann.receives(({ text }) => text === "here it is");
    expect(mine.files).toEqual([{ id: page.id, name: "page.html", type: page.type, size: page.size }]);
    const response = await read(page.id, ann);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="?page.html"?$/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'; sandbox/);
    expect(response.headers.get("content-type")).not.toMatch(/html/);
    expect(await response.text()).toBe("<script>alert(1)</script>");
    expect(await ann.send("again", randomUUID(), [page.id])).toMatchObject({
      ok: false,
      error: { code: "unknown_file" },
    });
  });

  test("of a message is still its own when the message is sent again", async () => {
    const { id } = await upload(ann, PNG);
    const clientId = randomUUID();
    const first = await ann.send("twice", clientId, [id]);
    expect(first.ok).toBe(true);
    expect(await ann.send("twice", clientId, [id])).toEqual(first);
  });

  test("is nobody else's: not to read, and not to send", async () => {
    const { id } = await upload(ann, PNG);
    expect((await read(id, eve)).status).toBe(404);
    expect((await read(id, null)).status).toBe(401);
    expect(await eve.send("mine", randomUUID(), [id])).toMatchObject({ ok: false, error: { code: "unknown_file" } });
    expect((await read(id, ann)).status).toBe(200);
  });

  test("that an agent sends is for that customer; one beside a note is not", async () => {
    await ann.send("please send me the form");
    await eventually(() => expect(ann.tickets).not.toHaveLength(0));
    const number = ann.tickets.at(-1)?.number ?? 0;
    const body = formOf("the form", "form.txt");
    const answer = await fetch(`${gateway.url}/api/v1/files`, {
      method: "POST",
      body,
      headers: { cookie: await gateway.cookie(), origin: gateway.url },
    });
    const uploaded = (await answer.json()) as { id: string };
    expect([answer.status, uploaded]).toMatchObject([201, { name: "form.txt" }]);
    const { id } = uploaded;
    expect((await read(id, ann)).status).toBe(404);
    const reply = await gateway.api("POST", `/tickets/${number}/replies`, { text: "here", files: [id] });
    expect(reply).toMatchObject({ status: 201 });
    await ann.receives(({ files }) => files.some((file) => file.id === id));
    expect(await (await read(id, ann)).text()).toBe("the form");
    expect((await read(id, eve)).status).toBe(404);
  });

  test.each(["0123456789abcdef01234567", "x", "..%2f..", "%00", "[object Object]"])(
    "%s that does not exist is 404",
    async (id) => {
      expect((await read(id, ann)).status).toBe(404);
    },
  );
});

describe("other sites", () => {
  const preflight = (origin: string) =>
    fetch(files(), { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });

  test("may ask beforehand", async () => {
    const response = await preflight("https://shop.example");
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(response.headers.get("access-control-allow-headers")).toMatch(/authorization/);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("that the inbox does not allow are refused", async () => {
    const customer = await visitor(gateway, { inbox: "shop" });
    const evil = await upload(customer, PNG, "a.png", { origin: "https://evil.example" });
    expect(evil).toMatchObject({ status: 403, error: { code: "origin_not_allowed" } });
    expect((await upload(customer, PNG, "a.png", { origin: "https://shop.example" })).status).toBe(201);
    customer.close();
  });
});
