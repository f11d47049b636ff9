import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { customer, faults, field, openConsole, openTicket, person, row, signIn, talk } from "./console.ts";

let gateway: Gateway;
let browser: Browser;
let amina: Page;
let bo: Page;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ config: roomy() }), openBrowser()]);
  const people = await Promise.all([person(gateway, "Amina Otieno"), person(gateway, "Bo Jansen")]);
  [amina, bo] = await Promise.all(
    people.map(async (who) => {
      const page = await openConsole(browser, gateway);
      await signIn(page, who);
      return page;
    }) as [Promise<Page>, Promise<Page>],
  );
}, 60_000);
afterEach(() => expect(faults.splice(0)).toEqual([]));
afterAll(async () => {
  await browser.close();
  await gateway.stop();
});

const claim = (page: Page) => page.getByRole("button", { name: "Claim", exact: true });
const bubbles = (page: Page) => talk(page).getByRole("article").locator(".text").allTextContents();

test("two agents race for one ticket: one has it, the other is told who", async () => {
  const asked = await customer(gateway, "First come, first served?");
  await Promise.all([amina, bo].map((page) => openTicket(page, gateway, asked.number)));
  await Promise.all([amina, bo].map((page) => claim(page).click()));
  const winners = await eventually(async () => {
    const won = await Promise.all([amina, bo].map((page) => page.getByText(`Ticket ${asked.number} is yours`).count()));
    const told = await Promise.all([amina, bo].map((page) => page.getByText(/^Somebody else was faster: /).count()));
    expect(won.map((count, index) => count + (told[index] ?? 0))).toEqual([1, 1]);
    return won;
  });
  expect(winners.toSorted()).toEqual([0, 1]);
  const name = winners[0] === 1 ? "Amina Otieno" : "Bo Jansen";
  const loser = winners[0] === 1 ? bo : amina;
  await talk(loser).locator("header").first().locator(".assignee", { hasText: name }).waitFor();
  await loser.getByRole("button", { name: "Close", exact: true }).first().click();
  asked.close();
});

test("agents see who else looks at a ticket, and that the customer is typing", async () => {
  const asked = await customer(gateway, "Is somebody reading this?");
  await Promise.all([amina, bo].map((page) => openTicket(page, gateway, asked.number)));
  await talk(amina).getByText("Bo Jansen is looking at this too").waitFor();
  await asked.ask("typing");
  await talk(amina)
    .getByText(/is typing…$/)
    .waitFor();
  await bo.goto(`${gateway.url}/agent/mine`);
  await talk(amina).getByText("Bo Jansen is looking at this too").waitFor({ state: "detached" });
  asked.close();
});

test("a draft is kept for each ticket over a reload, and the list marks it", async () => {
  const asked = await customer(gateway, "Please think about this.");
  await openTicket(amina, gateway, asked.number);
  await field(amina).fill("I have thought, and");
  await amina.getByRole("tab", { name: "Internal note" }).click();
  await amina.getByRole("textbox", { name: "Note for colleagues" }).fill("Ask Bo first");
  await amina.reload();
  await row(amina, asked.number).getByText("Draft").waitFor();
  expect(await field(amina).inputValue()).toBe("I have thought, and");
  await amina.getByRole("tab", { name: "Internal note" }).click();
  expect(await amina.getByRole("textbox", { name: "Note for colleagues" }).inputValue()).toBe("Ask Bo first");
  asked.close();
});

test("without a network, what is sent waits and is sent once, what is typed stays, and what was missed arrives in order", async () => {
  const asked = await customer(gateway, "One");
  await openTicket(amina, gateway, asked.number);
  await amina.context().setOffline(true);
  await amina.getByText("Reconnecting… What you type is kept.").waitFor();
  await field(amina).fill("Sent without a network");
  await field(amina).press("Control+Enter");
  await talk(amina).getByText("Waiting for the connection").waitFor();
  await field(amina).fill("Still being written");
  for (const text of ["Two", "Three"]) await asked.send(text);
  // Filed by now: their place in the conversation is before what comes next.
  await asked.receives(({ text }) => text === "Three");
  await amina.context().setOffline(false);
  await asked.receives(({ text }) => text === "Sent without a network");
  await eventually(async () =>
    expect((await bubbles(amina)).filter((text) => !text.includes("ticket number"))).toEqual([
      "One",
      "Two",
      "Three",
      "Sent without a network",
    ]),
  );
  expect(await field(amina).inputValue()).toBe("Still being written");
  const answers = (await asked.history()).filter(({ from }) => from === "agent");
  expect(answers.map(({ text }) => text)).toEqual(["Sent without a network"]);
  asked.close();
});

test("an answer that was under way when the page was closed is sent when it is open again", async () => {
  const asked = await customer(gateway, "Will you remember?");
  await openTicket(amina, gateway, asked.number);
  await amina.context().setOffline(true);
  await amina.getByText("Reconnecting… What you type is kept.").waitFor();
  await field(amina).fill("Yes, whatever happens.");
  await field(amina).press("Control+Enter");
  await talk(amina).getByText("Waiting for the connection").waitFor();
  await amina.context().setOffline(false);
  await amina.goto(`${gateway.url}/agent/mine`);
  await asked.receives(({ text }) => text === "Yes, whatever happens.");
  expect((await asked.history()).filter(({ from }) => from === "agent")).toHaveLength(1);
  asked.close();
});

test("a refused answer stays, says why, and can be taken back into the composer", async () => {
  const asked = await customer(gateway, "Are you closed?");
  await openTicket(amina, gateway, asked.number);
  await field(amina).fill("No, we are open.");
  // Ended by a colleague at this very moment, so that the console has not heard of it.
  await gateway.store.tickets.updateOne({ number: asked.number }, { $unset: { open: true } });
  await field(amina).press("Control+Enter");
  await talk(amina)
    .getByText(/^Not sent: /)
    .waitFor();
  await talk(amina).getByRole("button", { name: "Edit" }).click();
  expect(await field(amina).inputValue()).toBe("No, we are open.");
  asked.close();
});

test("the switch decides whether the gateway gives an agent tickets", async () => {
  await amina.goto(`${gateway.url}/agent/mine`);
  await amina.getByRole("switch", { name: "Available" }).click();
  const asked = await customer(gateway, "Whoever is there");
  await amina
    .getByRole("list", { name: /^Needs an answer/ })
    .locator(`a[data-number="${asked.number}"]`)
    .waitFor();
  await amina.getByRole("switch", { name: "Available", checked: true }).click();
  await amina.getByRole("switch", { name: "Available", checked: false }).waitFor();
  asked.close();
});
