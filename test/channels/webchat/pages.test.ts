import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import express from "express";
import { serveWidget } from "../../../channels/webchat/pages.ts";

/** What the widget may weigh on its way to a customer, with everything that is in it. */
const MOST_BYTES = 40_000;

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(express().use(serveWidget()).use("/shop", serveWidget("shop"))).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

async function fetchRaw(path: string, headers: Record<string, string> = {}): Promise<[IncomingMessage, Buffer]> {
  const [response] = (await once(get(url + path, { headers, agent: false }), "response")) as [IncomingMessage];
  return [response, Buffer.concat(await response.toArray())];
}

test("the widget is one script of at most 40 kB, compressed, with everything that is in it", async () => {
  const [response, body] = await fetchRaw("/widget.js", { "accept-encoding": "gzip" });
  expect(response.headers).toMatchObject({
    "content-encoding": "gzip",
    "content-type": expect.stringMatching(/javascript/),
  });
  expect(body.length).toBeLessThanOrEqual(MOST_BYTES);
  expect(gunzipSync(body).toString()).not.toMatch(/\bimport\s*\(/);
});

test("other sites may load it, and ask again only whether it changed", async () => {
  const [first, body] = await fetchRaw("/widget.js");
  expect(body.toString()).toMatch(/attachShadow/);
  expect(first.headers).toMatchObject({
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": expect.stringMatching(/^public, max-age=\d+$/),
    "x-content-type-options": "nosniff",
    vary: "Accept-Encoding",
  });
  const [again, nothing] = await fetchRaw("/widget.js", { "if-none-match": first.headers.etag ?? "" });
  expect(again.statusCode).toBe(304);
  expect(nothing).toHaveLength(0);
});

test("the demo page carries no inline script or style, and forbids them", async () => {
  const [response, body] = await fetchRaw("/");
  expect(response.headers["content-type"]).toMatch(/html/);
  expect(response.headers["content-security-policy"]).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  expect(body.toString()).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\bsrc=)/);
  expect(body.toString()).toMatch(/data-inbox="website"/);
});

test("the demo page shows the chat of the inbox that there is", async () => {
  const [, body] = await fetchRaw("/shop/");
  expect(body.toString()).toMatch(/<script src="\/widget.js" data-inbox="shop"/);
  expect(body.toString()).not.toMatch(/website"/);
});

test.each(["/widget/demo.css", "/widget/demo.js", "/widget/icon.svg"])("%s belongs to the demo page", async (path) => {
  expect((await fetchRaw(path))[0].statusCode).toBe(200);
});

test("nothing outside its folder is served", async () => {
  expect((await fetchRaw("/widget/..%2f..%2f..%2fpackage.json"))[0].statusCode).toBeGreaterThanOrEqual(400);
  expect((await fetchRaw("/widget/"))[0].statusCode).toBe(404);
});
