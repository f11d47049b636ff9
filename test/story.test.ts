import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { field as customersField, launcher, ticketOf, write } from "./channels/webchat/widget/customer.ts";
import { field as agentsField, customer, faults, openConsole, person, row, signIn, talk } from "./console/console.ts";
import { openBrowser } from "./support/browser.ts";
import { roomy } from "./support/config.ts";
import { eventually } from "./support/eventually.ts";
import { type Gateway, startGateway } from "./support/gateway.ts";

/** The README's pictures are made only when asked for, so that a test run leaves the tree as it is: SCREENSHOTS=1 npm test -- test/story */
const PICTURES = process.env.SCREENSHOTS ? "test/screenshots" : undefined;

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  const config = roomy(`
organisation: Acme Outdoor
firstResponse: 1 hour
hours: always`);
  [gateway, browser] = await Promise.all([startGateway({ config }), openBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await gateway.stop();
});

test("a customer writes in the widget, is told a ticket number and a time, an agent sees it arrive and answers, the customer reads", async () => {
  const amina = await person(gateway, "Amina Otieno");
  const desk = await openConsole(browser, gateway, "/agent", { viewport: { width: 1440, height: 900 } });
  await signIn(desk, amina);
  const others = await Promise.all([
    customer(gateway, "Can I change the delivery address of order 4711?", { timeZone: "Europe/Paris", language: "fr" }),
    customer(gateway, "The zip of my tent is broken. Is there a repair service?", { timeZone: "Europe/Amsterdam" }),
  ]);

  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Africa/Nairobi",
    viewport: { width: 1000, height: 700 },
  });
  const page = await context.newPage();
  await page.goto(gateway.url);
  await launcher(page).click();
  await customersField(page).waitFor();
  await write(page, "Hello! My stove arrived without its gas valve. Could you send me one?");
  const number = await eventually(() => ticketOf(page));
  const said = page.locator(".bubble");
  await said.getByText(new RegExp(`Your ticket number is ${number}\\. .* (before|at) \\d{1,2}:\\d\\d`)).waitFor();

  await desk.getByRole("link", { name: "Waiting for an agent 3" }).waitFor();
  await row(desk, number).click();
  await talk(desk).getByRole("heading", { level: 1 }).waitFor();
  await agentsField(desk).fill("Sorry about that! A new valve leaves our store today; you will have it on Thursday.");
  await agentsField(desk).press("Control+Enter");

  await said.getByText("A new valve leaves our store today").waitFor();
  await page.getByText("Amina Otieno", { exact: true }).first().waitFor();
  await write(page, "Wonderful, thank you!");
  await talk(desk).getByRole("article").filter({ hasText: "Wonderful, thank you!" }).waitFor();
  await talk(desk).getByRole("article").filter({ hasText: "A new valve" }).getByText("Read", { exact: true }).waitFor();

  await eventually(async () => {
    expect(await gateway.store.tickets.findOne({ number })).toMatchObject({
      assignee: { id: amina.id },
      clocks: { firstResponse: { metAt: expect.any(Date) } },
    });
  });
  expect(await gateway.store.messages.countDocuments({ number, kind: "ack" })).toBe(1);
  await desk.getByRole("link", { name: "Waiting for an agent 2" }).waitFor();
  expect(faults.splice(0)).toEqual([]);
  if (PICTURES) await takePictures(PICTURES, page, desk);
  for (const other of others) other.close();
  await context.close();
}, 60_000);

async function takePictures(folder: string, page: Page, desk: Page): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/widget.png`, animations: "disabled" });
  await desk.screenshot({ path: `${folder}/console.png`, animations: "disabled" });
}
