import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { customer, faults, field, openConsole, openTicket, type Person, person, row, signIn, talk } from "./console.ts";

const SECRET = "shared with the site's own server";
const CONFIG = `${roomy()}
  members: { channel: webchat, name: Members, queue: support, identitySecret: "${SECRET}" }`;

let gateway: Gateway;
let browser: Browser;
let amina: Person;
let bo: Person;
let page: Page;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ config: CONFIG }), openBrowser()]);
  [amina, bo] = await Promise.all([person(gateway, "Amina Otieno"), person(gateway, "Bo Jansen")]);
  page = await openConsole(browser, gateway);
  await signIn(page, amina);
}, 60_000);
afterEach(() => expect(faults.splice(0)).toEqual([]));
afterAll(async () => {
  await browser.close();
  await gateway.stop();
});

/** A logged-in user of the customer's own site. */
function member(userId: string, name: string) {
  const expires = Math.floor(Date.now() / 1000) + 600;
  const hmac = createHmac("sha256", SECRET).update(`${userId}\n\n${name}\n${expires}`).digest("hex");
  return { inbox: "members", identity: { userId, name, expires, hmac } };
}

const claim = () => page.getByRole("button", { name: "Claim", exact: true });

test("what waits is the first thing seen: who, what, since when, until when, and how many", async () => {
  const first = await customer(gateway, "My parcel is stuck in customs.", { timeZone: "Europe/Paris" });
  const second = await customer(gateway, "I cannot sign in.");
  await page.goto(`${gateway.url}/agent`);
  const waiting = page.getByRole("list", { name: "Waiting for an agent 2" });
  await waiting.getByRole("link").nth(1).waitFor();
  expect(await waiting.getByRole("link").allTextContents()).toEqual([
    expect.stringMatching(
      new RegExp(`Visitor · .*My parcel is stuck in customs\\..*#${first.number}.*left.*Unassigned`),
    ),
    expect.stringMatching(new RegExp(`Visitor · .*I cannot sign in\\..*#${second.number}.*left.*Unassigned`)),
  ]);
  await page.getByRole("link", { name: "Waiting for an agent 2" }).waitFor();
  await eventually(async () => expect(await page.title()).toBe("(2) Firstline"));
  first.close();
  second.close();
});

test("a new ticket appears by itself, and two anonymous visitors are told apart", async () => {
  await page.goto(`${gateway.url}/agent/waiting`);
  const names = page.locator("a[data-number] .name");
  await names.first().waitFor();
  const third = await customer(gateway, "Do you ship to Zanzibar?");
  await row(page, third.number).waitFor();
  const all = await names.allTextContents();
  expect(new Set(all).size).toBe(all.length);
  third.close();
});

test("the header names subject, number, customer, status, assignee and promise; claiming changes them", async () => {
  const asked = await customer(gateway, "Is the filter back in stock?", { timeZone: "Africa/Nairobi" });
  await openTicket(page, gateway, asked.number);
  const header = talk(page).locator("header").first();
  await eventually(async () =>
    expect(await header.textContent()).toMatch(
      new RegExp(
        `Is the filter back in stock\\?.*#${asked.number}.*Visitor · Nairobi · .*Website.*New.*Unassigned.*left`,
      ),
    ),
  );
  await claim().click();
  await page.getByText(`Ticket ${asked.number} is yours`).waitFor();
  await eventually(async () => expect(await header.textContent()).toMatch(/Open.*You/));
  expect(await claim().count()).toBe(0);
  asked.close();
});

test("an answer reaches the customer, and its delivery is told in words: sent, then read", async () => {
  const asked = await customer(gateway, "What are your opening hours?");
  await openTicket(page, gateway, asked.number);
  await field(page).fill("From nine to five.");
  await field(page).press("Control+Enter");
  const { seq } = await asked.receives(({ text }) => text === "From nine to five.");
  const answer = talk(page).getByRole("article").filter({ hasText: "From nine to five." });
  await answer.getByText(/^(Sent|Delivered)$/).waitFor();
  expect(await answer.count()).toBe(1);
  await asked.ask("read", { upTo: seq });
  await answer.getByText("Read", { exact: true }).waitFor();
  await talk(page).getByText("answered in time").waitFor();
  asked.close();
});

test("a note is for agents only", async () => {
  const asked = await customer(gateway, "I want a refund.");
  await openTicket(page, gateway, asked.number);
  await page.getByRole("tab", { name: "Internal note" }).click();
  await page.getByRole("textbox", { name: "Note for colleagues" }).fill("Third refund this year.");
  await page.getByRole("button", { name: "Add note" }).click();
  await talk(page)
    .getByRole("article")
    .filter({ hasText: "Third refund this year." })
    .getByText("Internal note")
    .waitFor();
  await page.getByRole("tab", { name: "Reply" }).click();
  await field(page).fill("Let me check.");
  await page.getByRole("button", { name: "Send" }).click();
  await asked.receives(({ text }) => text === "Let me check.");
  expect((await asked.history()).map(({ text }) => text)).not.toContain("Third refund this year.");
  asked.close();
});

test("a file goes with an answer, and the customer's file is a link with its size", async () => {
  const asked = await customer(gateway, "How do I mount it?");
  await openTicket(page, gateway, asked.number);
  await page.locator("input[type=file]").setInputFiles({
    name: "how to mount.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("Turn it clockwise.\n".repeat(100)),
  });
  await page.getByRole("button", { name: "Remove how to mount.txt" }).waitFor();
  await page.getByRole("button", { name: "Send" }).click();
  const { files } = await asked.receives((message) => message.files.length > 0);
  expect(files).toEqual([expect.objectContaining({ name: "how to mount.txt", size: 1900 })]);
  await talk(page)
    .getByRole("link", { name: /how to mount\.txt 1\.9 kB/ })
    .waitFor();
  asked.close();
});

test("what customers write is shown as text, and long words and names break nothing", async () => {
  const word = "a".repeat(400);
  const text = `<img src=x onerror="document.title='broken'"><b>bold</b> ${word}`;
  const asked = await customer(gateway, text, member("8", "Wolfeschlegelsteinhausenbergerdorff".repeat(2)));
  await openTicket(page, gateway, asked.number);
  await talk(page).getByRole("article").getByText("<b>bold</b>").waitFor();
  expect(await page.title()).not.toContain("broken");
  for (const part of [talk(page), page.getByRole("region", { name: "Tickets" }).locator(".scroll")]) {
    const [inside, width] = await part.evaluate((element) => [element.scrollWidth, element.clientWidth]);
    expect(inside).toBe(width);
  }
  asked.close();
});

test("a ticket is handed over to a colleague, who sees who did it", async () => {
  const asked = await customer(gateway, "Who can speak Dutch with me?");
  await openTicket(page, gateway, asked.number);
  await page.getByRole("button", { name: "Hand over" }).click();
  const dialog = page.getByRole("dialog", { name: `Hand over ticket ${asked.number}` });
  await dialog.getByRole("searchbox").fill("jan");
  await dialog.getByRole("radio", { name: /Bo Jansen/ }).check();
  expect(await dialog.getByRole("radio").count()).toBe(1);
  await dialog.getByRole("button", { name: "Hand over" }).click();
  await page.getByText(`Ticket ${asked.number} handed over to Bo Jansen`).waitFor();

  const his = await openConsole(browser, gateway);
  await signIn(his, bo);
  await row(his, asked.number).click();
  await talk(his).getByText("Amina Otieno handed over to Bo Jansen").waitFor();
  await his.context().close();
  asked.close();
});

test("a resolved ticket leaves the list, is found by its number, and is opened again", async () => {
  const asked = await customer(gateway, "Thank you, it works!");
  await openTicket(page, gateway, asked.number);
  await claim().click();
  await page.getByRole("link", { name: /^Mine/ }).click();
  await row(page, asked.number).click();
  await page.getByRole("button", { name: "Resolve" }).click();
  await row(page, asked.number).waitFor({ state: "detached" });
  await talk(page).getByText("This ticket is resolved. Reopen it to answer.").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(String(asked.number));
  await row(page, asked.number).getByText("Resolved").waitFor();
  await row(page, asked.number).click();
  await page.getByRole("button", { name: "Reopen" }).first().click();
  await field(page).waitFor();
  asked.close();
});

test("a contact is found by the beginning of their name; earlier tickets stand beside the new one", async () => {
  const before = await customer(gateway, "The first matter", member("7", "Zoë Peeters"));
  await gateway.api("PUT", `/tickets/${before.number}/closure`, {});
  before.close();
  const asked = await customer(gateway, "The second matter", member("7", "Zoë Peeters"));
  await page.goto(`${gateway.url}/agent/mine`);
  await page.getByRole("searchbox", { name: "Find tickets" }).fill("zoe pee");
  await row(page, asked.number).click();
  const beside = page.getByRole("complementary", { name: "Details" });
  await beside.getByRole("link", { name: /The first matter/ }).waitFor();
  await beside.getByText("Zoë Peeters").first().waitFor();
  await page.getByRole("searchbox", { name: "Find tickets" }).fill("nobody by that name");
  await page.getByText("Nothing found for “nobody by that name”").waitFor();
  asked.close();
});
