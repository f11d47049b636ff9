import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { visitor } from "../support/visitor.ts";

const UPLOAD_BYTES = 60 * 1024 * 1024;
/** Far below the upload: what a process gains by itself while it runs. */
const GROWTH_BYTES = 30 * 1024 * 1024;

let one: Gateway;
let two: Gateway;

beforeAll(async () => {
  [one, two] = await Promise.all([startGateway(), startGateway()]);
});
afterAll(() => Promise.all([one.stop(), two.stop()]));

test("no signing key is the same in two installations: a visitor's token of one is forged to the other", async () => {
  const ann = await visitor(one);
  await expect(visitor(two, { token: ann.session.token })).rejects.toThrow();
  ann.close();
});

test("no session is the same in two installations either", async () => {
  const cookie = await one.cookie();
  expect((await one.api("GET", "/tickets", undefined, { cookie })).status).toBe(200);
  expect((await two.api("GET", "/tickets", undefined, { cookie })).status).toBe(401);
});

test.each([
  ["admin", "admin"],
  ["admin@example.org", "admin"],
  ["admin@example.org", "superadmin"],
  ["admin@example.org", "adminadmin"],
  ["admin@example.org", "password"],
  ["admin@example.org", ""],
])("nobody signs in as %s with %s", async (email, password) => {
  expect((await one.api("POST", "/session", { email, password }, {})).status).toBeGreaterThanOrEqual(400);
});

test("an upload of 60 MB without a token is refused before it is read, and nothing of it is written", async () => {
  const before = memoryOf(one.pid);
  const status = await upload(`${one.url}/channels/webchat/files`);
  expect([401, 403, 413]).toContain(status);
  expect(memoryOf(one.pid) - before).toBeLessThan(GROWTH_BYTES);
  const collections = await one.store.db.listCollections({ name: /\.chunks$/ }, { nameOnly: true }).toArray();
  for (const { name } of collections) expect(await one.store.db.collection(name).countDocuments()).toBe(0);
});

/** Sends until the server answers or hangs up: a server that refuses need not take the rest. */
function upload(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    let status: number | undefined;
    const chunk = Buffer.alloc(64 * 1024, 120);
    const boundary = "----firstline";
    const outgoing = request(url, {
      method: "POST",
      headers: { "content-type": `multipart/form-data; boundary=${boundary}`, "content-length": UPLOAD_BYTES },
    });
    outgoing.once("response", (response) => {
      status = response.statusCode;
      response.resume().once("close", () => outgoing.destroy());
    });
    outgoing.once("error", () => undefined);
    outgoing.once("close", () => resolve(status));
    outgoing.write(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`);
    let left = UPLOAD_BYTES;
    const more = () => {
      while (left > 0 && !outgoing.destroyed) {
        left -= chunk.length;
        if (!outgoing.write(chunk)) return void outgoing.once("drain", more);
      }
      outgoing.end();
    };
    more();
  });
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}
