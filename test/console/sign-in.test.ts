import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { roomy } from "../support/config.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { customer, faults, field, openConsole, openTicket, person, signIn } from "./console.ts";

/** One more than an address may try on one account. */
const TOO_MANY = 11;

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ config: roomy() }), openBrowser()]);
}, 60_000);
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(faults.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await gateway.stop();
});

test("whoever signs in comes to where they were going", async () => {
  const { number, close } = await customer(gateway, "Is anybody there?");
  const page = await openConsole(browser, gateway, `/agent/all/${number}`);
  await signIn(page, gateway.admin);
  await page.getByRole("heading", { name: "Is anybody there?" }).waitFor();
  expect(page.url()).toContain(`/agent/all/${number}`);
  close();
});

test("a wrong password is refused in words, and the address is kept", async () => {
  const page = await openConsole(browser, gateway);
  await page.getByLabel("E-mail address").fill(gateway.admin.email);
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This e-mail address and password do not belong together.").waitFor();
  expect(await page.getByLabel("E-mail address").inputValue()).toBe(gateway.admin.email);
});

test("after too many tries it says when to try again", async () => {
  const { email } = await person(gateway, "Forgetful");
  const page = await openConsole(browser, gateway);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  for (let tries = 0; tries < TOO_MANY; tries++) {
    const answer = page.waitForResponse(/session/);
    await page.getByRole("button", { name: "Sign in" }).click();
    await answer;
  }
  await page.getByText(/^Too many tries\. Try again in \d+ minutes\.$/).waitFor();
});

test("an admin creates an agent, who signs in with the one-time link; the link works once", async () => {
  const admin = await openConsole(browser, gateway, "/agent/admin/agents");
  await signIn(admin, gateway.admin);
  await admin.getByRole("button", { name: "New agent" }).click();
  await admin.getByLabel("Name").fill("Chipo Banda");
  await admin.getByLabel("E-mail address").fill("chipo@example.org");
  await admin.getByRole("checkbox", { name: "French" }).check();
  await admin.getByLabel("Capacity").fill("3");
  await admin.getByRole("button", { name: "Create agent" }).click();
  const link = await admin
    .getByRole("dialog", { name: "Sign-in link for Chipo Banda" })
    .getByRole("textbox")
    .inputValue();
  await admin.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await admin.getByRole("row", { name: /Chipo Banda.*Not signed in.*French.*0 of 3/ }).waitFor();

  const path = new URL(link).pathname;
  const chipo = await openConsole(browser, gateway, path);
  await chipo.getByRole("heading", { name: "Welcome, Chipo Banda" }).waitFor();
  await chipo.getByLabel("New password").fill("several words make a good one");
  await chipo.getByRole("button", { name: "Set password and sign in" }).click();
  await chipo.getByRole("button", { name: /^Chipo Banda/ }).waitFor();
  await admin.getByRole("row", { name: /Chipo Banda.*(Available|Away)/ }).waitFor();

  const late = await openConsole(browser, gateway, path);
  await late.getByText("This link has been used or has expired").waitFor();
});

test("a session that ends asks to sign in again, and what was being typed is still there", async () => {
  const { number, close } = await customer(gateway, "Where is my order?");
  const who = await person(gateway, "Sleepy");
  const page = await openConsole(browser, gateway);
  await signIn(page, who);
  await openTicket(page, gateway, number);
  await field(page).fill("I am looking into");
  await gateway.store.sessions.deleteMany({ agent: who.id });
  // Whichever is first: what the console asks for next, or the socket that is put out.
  await page.keyboard.press("Escape");
  await page.keyboard.press("3");
  await page.getByText("You were signed out. Sign in to go on where you were.").waitFor();
  await signIn(page, who);
  await openTicket(page, gateway, number);
  expect(await field(page).inputValue()).toBe("I am looking into");
  close();
});

test("an admin makes a key, shown once, and revokes it", async () => {
  const page = await openConsole(browser, gateway, "/agent/admin/keys");
  await signIn(page, gateway.admin);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("Name of the program").fill("Warehouse");
  await page.getByRole("button", { name: "Create key" }).click();
  const key = await page.getByRole("dialog", { name: "Key for Warehouse" }).getByRole("textbox").inputValue();
  const asProgram = () => gateway.api("GET", "/session", undefined, { authorization: `Bearer ${key}` });
  expect((await asProgram()).status).toBe(200);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: "Revoke Warehouse" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No keys yet").waitFor();
  expect((await asProgram()).status).toBe(401);
});

test("who is no admin finds no way into administration", async () => {
  const page = await openConsole(browser, gateway, "/agent/admin/keys");
  await signIn(page, await person(gateway, "Plain Agent"));
  await page.getByText("For administrators only").waitFor();
  expect(await page.getByRole("link", { name: "API keys" }).count()).toBe(0);
});
