import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import type { AgentSocket } from "../../../support/agent.ts";
import { roomy } from "../../../support/config.ts";
import { eventually } from "../../../support/eventually.ts";
import type { Gateway } from "../../../support/gateway.ts";
import { bubbles, type Customers, field, openChat, startCustomers, ticketOf, write } from "./customer.ts";

const SLOW = `${roomy()}
  slow: { channel: webchat, name: Slow, queue: support, limits: { messages: 1 } }`;

let customers: Customers;
let gateway: Gateway;
let agent: AgentSocket;
const visit: Customers["visit"] = (...where) => customers.visit(...where);

beforeAll(async () => {
  customers = await startCustomers(SLOW);
  ({ gateway, agent } = customers);
}, 60_000);
afterEach(() => customers.leave());
afterAll(() => customers.stop());

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

test("too many messages at once are told so, kept, and may be discarded", async () => {
  const page = await visit();
  await page.evaluate(() => {
    const script = Object.assign(document.createElement("script"), { src: "/widget.js" });
    script.dataset.inbox = "slow";
    document.querySelector("[data-firstline]")?.remove();
    document.body.append(script);
  });
  await openChat(page);
  await write(page, "one");
  await write(page, "too fast");
  await page.getByText("You are writing very fast. This is sent again in a moment.").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await eventually(async () =>
    expect((await bubbles(page)).slice(0, 2)).toEqual(["one", expect.stringMatching(/^Thank/)]),
  );
  expect(await gateway.store.messages.countDocuments({ text: "too fast" })).toBe(0);
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
