import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import type { Visitor } from "../support/visitor.ts";
import { barriers, customer, faults, field, openConsole, openTicket, row, signIn, talk } from "./console.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let gateway: Gateway;
let browser: Browser;
let asked: Visitor & { number: number };

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ config: roomy() }), openBrowser()]);
  await gateway.store.agents.updateMany({}, { $set: { available: false } });
  asked = await customer(gateway, "Can everybody use this?", { timeZone: "Europe/Paris" });
}, 60_000);
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(faults.splice(0)).toEqual([]);
});
afterAll(async () => {
  asked.close();
  await browser.close();
  await gateway.stop();
});

/** Whether everything fits the width of the screen. */
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

test("a browser whose language is no language tag shows the tickets all the same", async () => {
  const page = await openConsole(browser, gateway, "/agent");
  await page.context().addInitScript(() => {
    Object.defineProperty(navigator, "languages", { value: ["en-US@posix"] });
  });
  await page.reload();
  await signIn(page, gateway.admin);
  await row(page, asked.number).waitFor();
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test("no page has a barrier", async () => {
    const page = await openConsole(browser, gateway, "/agent", { colorScheme });
    expect(await barriers(page)).toEqual([]);
    await signIn(page, gateway.admin);
    await row(page, asked.number).waitFor();
    expect(await barriers(page)).toEqual([]);
    await openTicket(page, gateway, asked.number);
    await field(page).fill("Yes");
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Hand over" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /Account and settings/ }).click();
    await page.getByRole("menu").waitFor();
    expect(await barriers(page)).toEqual([]);
    for (const section of ["agents", "keys"]) {
      await page.goto(`${gateway.url}/agent/admin/${section}`);
      await page.getByRole("button", { name: /^New/ }).click();
      await page.getByRole("dialog").waitFor();
      expect(await barriers(page)).toEqual([]);
    }
  });

  test("a phone shows list, conversation and details one after the other, and Back leads back", async () => {
    const page = await openConsole(browser, gateway, "/agent", { colorScheme, ...PHONE });
    await signIn(page, gateway.admin);
    await row(page, asked.number).tap();
    await field(page).waitFor();
    expect(await row(page, asked.number).isVisible()).toBe(false);
    expect([await fits(page), await barriers(page)]).toEqual([true, []]);
    await page.getByRole("link", { name: "Details" }).tap();
    await page.getByRole("heading", { name: "History" }).waitFor();
    expect([await fits(page), await barriers(page)]).toEqual([true, []]);
    await page.goBack();
    await page.getByRole("heading", { name: "History" }).waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "Back" }).tap();
    await row(page, asked.number).waitFor();
    expect([await fits(page), await barriers(page)]).toEqual([true, []]);
  });
});

test("a ticket is answered with the keyboard alone", async () => {
  const page = await openConsole(browser, gateway);
  await signIn(page, gateway.admin);
  await row(page, asked.number).waitFor();
  await page.keyboard.press("j");
  await field(page).waitFor();
  await page.keyboard.press("c");
  await page.getByText(`Ticket ${asked.number} is yours`).waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Typed without a mouse");
  await page.keyboard.press("Control+Enter");
  await asked.receives(({ text }) => text === "Typed without a mouse");
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await talk(page).getByText("This ticket is resolved. Reopen it to answer.").waitFor();
  await page.keyboard.press("e");
  await field(page).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
});

test("single keys can be switched off for those whose tools need them", async () => {
  const page = await openConsole(browser, gateway);
  await signIn(page, gateway.admin);
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /Use single-key shortcuts/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("1");
  expect(new URL(page.url()).pathname).not.toBe("/agent/waiting");
});

test.each([
  ["fr-BE", "Se connecter", "Sans agent"],
  ["nl-NL", "Aanmelden", "Zonder medewerker"],
  ["sw-KE", "Sign in", "Waiting for an agent"],
])("a browser that speaks %s gets its language, and another can be chosen", async (locale, button, view) => {
  const page = await openConsole(browser, gateway, "/agent", { locale });
  await page.locator("input[type=email]").fill(gateway.admin.email);
  await page.locator("input[type=password]").fill(gateway.admin.password);
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("link", { name: new RegExp(`^${view}`) }).waitFor();
  await page.locator(".me-trigger").click();
  await page.getByRole("menuitemradio", { name: "Nederlands" }).click();
  await page.getByRole("link", { name: /^Zonder medewerker/ }).waitFor();
  await eventually(async () => expect(await page.locator("html").getAttribute("lang")).toBe("nl"));
});

test("a list that cannot be loaded says so, and tries again when asked", async () => {
  const page = await openConsole(browser, gateway);
  // Read at each connection, as the lists are: from then on nothing reads them again by itself.
  const connected = page.waitForResponse(/\/queues$/);
  await signIn(page, gateway.admin);
  await connected;
  await page.route("**/api/v1/tickets?**", (route) => route.abort());
  await page.getByRole("link", { name: /^All/ }).click();
  await page.getByText("The list could not be loaded").waitFor();
  await page.unroute("**/api/v1/tickets?**");
  await page.getByRole("button", { name: "Try again" }).click();
  await row(page, asked.number).waitFor();
});
