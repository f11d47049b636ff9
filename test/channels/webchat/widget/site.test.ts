import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { roomy } from "../../../support/config.ts";
import { eventually } from "../../../support/eventually.ts";
import type { Gateway } from "../../../support/gateway.ts";
import { bubbles, type Customers, startCustomers, ticketOf, write } from "./customer.ts";

const IDENTITY_SECRET = "shared with the site's own server";
const CONFIG = `${roomy()}
  members: { channel: webchat, name: Members, queue: support, identitySecret: "${IDENTITY_SECRET}" }`;

let site: Server;
let customers: Customers;
let gateway: Gateway;
const visit: Customers["visit"] = (...where) => customers.visit(...where);

beforeAll(async () => {
  customers = await startCustomers(CONFIG);
  ({ gateway } = customers);
  site = createServer(someSite).listen(0, "127.0.0.1");
  await once(site, "listening");
}, 60_000);
afterEach(() => customers.leave());
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await customers.stop();
});

/** A customer's own site on another origin: as strict as sites get, and with styles that reach for everything. */
function someSite(request: IncomingMessage, response: ServerResponse): void {
  if (request.url !== "/") {
    const expires = Math.floor(Date.now() / 1000) + 600;
    const hmac = createHmac("sha256", IDENTITY_SECRET).update(`7\n\nZoë\n${expires}`).digest("hex");
    const identity = JSON.stringify({ userId: "7", name: "Zoë", expires, hmac });
    const hook = {
      "/member": `{ identity: async () => (${identity}) }`,
      "/flaky": `{ identity: async () => { if (!window.asked++) throw new Error("no network"); return ${identity} } }; window.asked = 0`,
    }[request.url ?? ""];
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="en"><title>A site with accounts</title><body>
<script>window.firstline = ${hook ?? "{}"}</script>
<script src="${gateway.url}/widget.js" data-inbox="members" async></script></body></html>`);
    return;
  }
  const socket = gateway.url.replace("http", "ws");
  response.writeHead(200, {
    "content-type": "text/html",
    "content-security-policy": `default-src 'none'; script-src ${gateway.url}; connect-src ${gateway.url} ${socket}; style-src 'sha256-none' 'unsafe-hashes' 'self'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html`,
  });
  response.end(`<!doctype html><html lang="en"><title>A site</title><body><h1>A site</h1><p class="panel bubble">text</p>
<script src="${gateway.url}/widget.js" data-inbox="website" data-language="nl" data-color="#ffdc00" async></script></body></html>`);
}

test("a proven user finds their own history on each device, and leaves nothing on a shared computer", async () => {
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/member`;
  const page = await visit({}, url);
  await page.getByRole("button", { name: "Open chat" }).click();
  await write(page, "my account number is 12");
  await eventually(() => ticketOf(page));
  expect(await gateway.store.messages.findOne({ text: "my account number is 12" })).toMatchObject({
    from: { name: "Zoë" },
    conversationId: expect.stringMatching(/^u-/),
  });
  const elsewhere = await visit({}, url);
  await elsewhere.getByRole("button", { name: /^Open chat/ }).click();
  await elsewhere.getByText("my account number is 12").waitFor();

  await page.goto(url.replace("member", "guest"));
  await page.getByRole("button", { name: "Open chat" }).click();
  await write(page, "hello from a guest");
  await eventually(() => ticketOf(page));
  expect((await bubbles(page))[0]).toBe("hello from a guest");
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("account");
});

test("whose site cannot say who they are just now is not taken for somebody else", async () => {
  const page = await visit({}, `http://127.0.0.1:${(site.address() as AddressInfo).port}/flaky`);
  await page.getByRole("button", { name: /^Open chat/ }).click();
  await write(page, "it is still me");
  await page.getByText(/Ticket #/).waitFor();
  expect(await gateway.store.messages.findOne({ text: "it is still me" })).toMatchObject({
    conversationId: expect.stringMatching(/^u-/),
  });
});

describe("on somebody's site, which forbids what it can", () => {
  test("it works, in the site's color and language, and leaves nothing but its one name", async () => {
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const faults: string[] = [];
    const page = await visit({}, "about:blank");
    page.on("pageerror", (fault) => faults.push(String(fault)));
    page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
    await page.addInitScript(() => {
      const before = Object.getOwnPropertyNames(window);
      document.addEventListener("added", () => {
        const added = Object.getOwnPropertyNames(window).filter((name) => !before.includes(name));
        document.documentElement.dataset.added = added.join();
      });
    });
    await page.goto(url);
    await page.getByRole("button", { name: "Chat openen" }).click();
    const own = page.getByRole("textbox", { name: "Schrijf een bericht" });
    await own.fill("hallo");
    await own.press("Enter");
    await page.getByText("Automatisch antwoord").waitFor();
    const mine = page.locator(".customer .bubble");
    expect(
      await mine.evaluate((bubble) => [getComputedStyle(bubble).backgroundColor, getComputedStyle(bubble).color]),
    ).toEqual(["rgb(255, 220, 0)", "rgb(17, 17, 17)"]);
    expect(await page.locator("p.panel").evaluate((text) => getComputedStyle(text).display)).toBe("block");
    await page.evaluate(() => document.dispatchEvent(new Event("added")));
    expect(await page.locator("html").getAttribute("data-added")).toBe("firstline");
    expect(await page.evaluate(() => document.head.querySelectorAll("style, link").length)).toBe(0);
    expect(faults.filter((fault) => !fault.includes("favicon"))).toEqual([]);
  });
});
