import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type AgentSocket, agentSocket } from "../../../support/agent.ts";
import { openBrowser } from "../../../support/browser.ts";
import { roomy } from "../../../support/config.ts";
import { eventually } from "../../../support/eventually.ts";
import { type Gateway, startGateway } from "../../../support/gateway.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const IDENTITY_SECRET = "shared with the site's own server";
const PHONE = { width: 390, height: 780 };

const CONFIG = `${roomy()}
  members: { channel: webchat, name: Members, queue: support, identitySecret: "${IDENTITY_SECRET}" }`;

let gateway: Gateway;
let browser: Browser;
let agent: AgentSocket;
let site: Server;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ config: CONFIG }), openBrowser()]);
  agent = await agentSocket(gateway, { key: await gateway.apiKey("Amina") });
  site = createServer(someSite).listen(0, "127.0.0.1");
  await once(site, "listening");
}, 60_000);
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));
afterAll(async () => {
  agent.close();
  site.closeAllConnections();
  site.close();
  await browser.close();
  await gateway.stop();
});

/** A customer's own site on another origin: as strict as sites get, and with styles that reach for everything. */
function someSite(request: IncomingMessage, response: ServerResponse): void {
  if (request.url !== "/") {
    const expires = Math.floor(Date.now() / 1000) + 600;
    const hmac = createHmac("sha256", IDENTITY_SECRET).update(`7\n\nZoë\n${expires}`).digest("hex");
    const identity = JSON.stringify({ userId: "7", name: "Zoë", expires, hmac });
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="en"><title>A site with accounts</title><body>
<script>window.firstline = ${request.url === "/member" ? `{ identity: async () => (${identity}) }` : "{}"}</script>
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

async function visit(options: BrowserContextOptions = {}, url = gateway.url): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

const launcher = (page: Page) => page.getByRole("button", { name: /^Open chat/ });
const field = (page: Page) => page.getByRole("textbox", { name: "Write a message" });

async function openChat(page: Page): Promise<void> {
  await launcher(page).click();
  await field(page).waitFor();
}

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

async function ticketOf(page: Page): Promise<number> {
  const line = await page.getByText(/Ticket #\d+/).textContent();
  return Number(/#(\d+)/.exec(line ?? "")?.[1]);
}

/** What stands in the conversation, in order. */
const bubbles = (page: Page) => page.locator(".bubble").allTextContents();

async function accessible(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const axe = (
      window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe;
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  expect(found).toEqual([]);
}

test("a customer writes, gets a ticket number and a time, and reads the agent's answer", async () => {
  const page = await visit();
  await openChat(page);
  await write(page, "Where is my <b>parcel</b>?");
  const number = await eventually(() => ticketOf(page));
  await page.getByText("Automatic reply").waitFor();
  expect((await bubbles(page))[0]).toBe("Where is my <b>parcel</b>?");
  await agent.ask("typing", { number });
  await page.getByText("Amina is typing…").waitFor();
  await agent.reply(number, "Tomorrow. See https://example.org/track?id=1.");
  await page.getByRole("link", { name: "https://example.org/track?id=1" }).waitFor();
  expect(await page.getByText("Amina is typing…").count()).toBe(0);
  await page.getByText("Amina", { exact: true }).waitFor();
});

test("what is written without a network waits, and is sent once when it is back; what was missed arrives in order", async () => {
  const page = await visit();
  await openChat(page);
  await write(page, "first");
  const number = await eventually(() => ticketOf(page));
  await eventually(async () => expect(await bubbles(page)).toHaveLength(2));
  await page.context().setOffline(true);
  await breakSocket(page);
  await page.getByText(/^No connection/).waitFor();
  await write(page, "second");
  await write(page, "third");
  expect(await page.getByText("Waiting to be sent").count()).toBe(2);
  await agent.reply(number, "missed one");
  await agent.reply(number, "missed two");
  await page.context().setOffline(false);
  await eventually(async () =>
    expect((await bubbles(page)).slice(2)).toEqual(["missed one", "missed two", "second", "third"]),
  );
  await eventually(async () => expect(await page.getByText(/Waiting|Sending|No connection/).count()).toBe(0));
  await eventually(async () => {
    const sent = await gateway.store.messages.find({ number, kind: "inbound" }).toArray();
    expect(sent.map(({ text }) => text).sort()).toEqual(["first", "second", "third"]);
  });
});

test("a page that is closed while a message waits sends it when it is opened again, with the draft still there", async () => {
  const page = await visit();
  await openChat(page);
  await write(page, "before");
  await eventually(() => ticketOf(page));
  await page.context().setOffline(true);
  await breakSocket(page);
  await page.getByText(/^No connection/).waitFor();
  await write(page, "kept");
  await field(page).fill("half a sent");
  await page.context().setOffline(false);
  await page.goto("about:blank");
  await page.goto(gateway.url);
  await openChat(page);
  await eventually(async () => expect((await bubbles(page)).filter((text) => text === "kept")).toHaveLength(1));
  expect(await field(page).inputValue()).toBe("half a sent");
  expect(await gateway.store.messages.countDocuments({ text: "kept" })).toBe(1);
});

/** Ends what is connected: `setOffline` only hinders new connections. */
async function breakSocket(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.emulateNetworkConditions", {
    offline: true,
    latency: 0,
    downloadThroughput: 0,
    uploadThroughput: 0,
  });
  await page.evaluate(() => window.dispatchEvent(new Event("offline")));
}

describe("the keyboard", () => {
  test("opens, writes and closes, and the focus comes back to where it was", async () => {
    const page = await visit();
    await launcher(page).focus();
    await page.keyboard.press("Enter");
    await field(page).waitFor();
    await page.keyboard.type("typed");
    expect(await field(page).inputValue()).toBe("typed");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second line");
    await page.keyboard.press("Enter");
    await eventually(async () => expect((await bubbles(page))[0]).toBe("typed\nsecond line"));
    await page.keyboard.press("Escape");
    await eventually(async () => expect(await page.getByRole("dialog").count()).toBe(0));
    await page.keyboard.press("Enter");
    await field(page).waitFor();
  });
});

describe.each(["light", "dark"] as const)("in %s colors", (colorScheme) => {
  test.each([["a desk", { width: 1200, height: 820 }] as const, ["a phone", PHONE] as const])(
    "on %s it keeps WCAG AA",
    async (_name, viewport) => {
      const page = await visit({ colorScheme, viewport, reducedMotion: "reduce" });
      await accessible(page);
      await openChat(page);
      await write(page, "hello");
      const number = await eventually(() => ticketOf(page));
      await agent.reply(number, "an answer with https://example.org/ in it");
      await page.getByRole("link", { name: "https://example.org/" }).waitFor();
      await field(page).fill("a draft");
      await accessible(page);
    },
  );
});

test("on a phone it fills the screen, and nothing has to be scrolled sideways", async () => {
  const page = await visit({ viewport: PHONE, hasTouch: true, isMobile: true, reducedMotion: "reduce" });
  await openChat(page);
  const box = await page.getByRole("dialog").boundingBox();
  expect(box).toMatchObject({ x: 0, y: 0, ...PHONE });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  for (const button of await page.getByRole("dialog").getByRole("button").all()) {
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(40);
  }
});

test("an answer while the chat is closed is counted on the button, told to screen readers, and read when it is opened", async () => {
  const page = await visit();
  await openChat(page);
  await write(page, "hello");
  const number = await eventually(() => ticketOf(page));
  await page.getByText("Automatic reply").waitFor();
  await page.keyboard.press("Escape");
  await agent.reply(number, "one");
  await agent.reply(number, "two");
  await page.getByRole("button", { name: "Open chat, unread messages: 2" }).waitFor();
  expect(await page.getByRole("status").textContent()).toBe("Amina: two");
  await page.reload();
  await page.getByRole("button", { name: "Open chat, unread messages: 2" }).click();
  await eventually(async () => {
    const states = await gateway.store.messages.find({ number, kind: "reply" }).toArray();
    expect(states.map(({ state }) => state)).toEqual(["read", "read"]);
  });
});

test("a file is picked, sent, and downloaded again; one that is too large is refused before it is sent", async () => {
  const page = await visit();
  await openChat(page);
  const picker = page.locator("input[type=file]");
  await picker.setInputFiles({
    name: "big.bin",
    mimeType: "application/octet-stream",
    buffer: Buffer.alloc(10 * 1024 * 1024 + 1),
  });
  await page.getByText("big.bin is too large: a file may have at most 10 MB.").waitFor();
  await picker.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("some notes") });
  const send = page.getByRole("button", { name: "Send" });
  await eventually(async () => expect(await send.isEnabled()).toBe(true));
  await send.click();
  const file = page.getByRole("button", { name: "Download notes.txt, 1 kB" });
  const [download] = await Promise.all([page.waitForEvent("download"), file.click()]);
  expect(download.suggestedFilename()).toBe("notes.txt");
});

test("a message that the gateway refuses says why, and can be sent again or discarded", async () => {
  const page = await visit();
  await openChat(page);
  await field(page).fill("x".repeat(10_001));
  await field(page).press("Enter");
  await page.getByText("This message is too long. Please send it in parts.").waitFor();
  expect(await bubbles(page)).toEqual([]);
});

test("another language is chosen, kept, and told to the gateway", async () => {
  const page = await visit();
  await openChat(page);
  await page.getByLabel("Language").selectOption("fr");
  const french = page.getByRole("textbox", { name: "Écrivez un message" });
  await french.fill("bonjour");
  await french.press("Enter");
  await page.getByText("Réponse automatique").waitFor();
  expect(await gateway.store.messages.findOne({ text: "bonjour" })).toMatchObject({ language: "fr" });
  await page.reload();
  await page.getByRole("button", { name: /^Ouvrir la discussion/ }).waitFor();
});

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
