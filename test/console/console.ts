import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import type { Gateway } from "../support/gateway.ts";
import { type Visitor, visitor } from "../support/visitor.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Sooner than the test's own timeout, so that a fault names what was waited for. */
const WITHIN_MS = 15_000;
const PASSWORD = "several words make a good one";

export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
}

/** Creates an agent of the queue `support` who can sign in; away, so that only what a test does gives them tickets. */
export async function person(gateway: Gateway, name: string, terms: object = {}): Promise<Person> {
  const email = `${name.toLowerCase().replace(/\W/g, ".")}@example.org`;
  const made = await gateway.api<{ agent: { id: string }; link: string }>("POST", "/agents", {
    name,
    email,
    queues: ["support"],
    ...terms,
  });
  expect(made.status).toBe(201);
  const token = made.body.link.split("/").at(-1);
  await gateway.api("POST", `/invitations/${token}`, { password: PASSWORD }, {});
  await gateway.store.agents.updateOne({ _id: made.body.agent.id }, { $set: { available: false } });
  return { id: made.body.agent.id, name, email, password: PASSWORD };
}

/** What broke the content security policy, or was thrown, in any page so far: each test ends by finding none. */
export const faults: string[] = [];

/** A fresh browser at the console. */
export async function openConsole(
  browser: Browser,
  gateway: Gateway,
  path = "/agent",
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Africa/Nairobi", ...options });
  context.setDefaultTimeout(WITHIN_MS);
  const page = await context.newPage();
  page.on("pageerror", (fault) => faults.push(String(fault)));
  page.on("console", (line) => {
    if (/content security policy/i.test(line.text())) faults.push(line.text());
  });
  await page.goto(gateway.url + path);
  return page;
}

/** Signs in by hand and waits for the desk. */
export async function signIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Views" }).waitFor();
}

/** A customer who has written, and the number of their ticket. */
export async function customer(
  gateway: Gateway,
  text: string,
  auth: object = {},
): Promise<Visitor & { number: number }> {
  const connected = await visitor(gateway, { ...auth });
  const { id } = await connected.send(text);
  const number = await eventually(async () => {
    const filed = await gateway.store.messages.findOne({ _id: String(id) });
    if (!filed?.number) throw new Error("not filed yet");
    return filed.number;
  });
  return { ...connected, number };
}

export const row = (page: Page, number: number) => page.locator(`a[data-number="${number}"]`);
export const talk = (page: Page) => page.getByRole("region", { name: "Conversation" });
export const field = (page: Page) => page.getByRole("textbox", { name: /^Reply to/ });

/** Opens a ticket by its address, as from a copied link. */
export async function openTicket(page: Page, gateway: Gateway, number: number): Promise<void> {
  await page.goto(`${gateway.url}/agent/all/${number}`);
  await talk(page).getByRole("heading", { level: 1 }).waitFor();
}

/** What axe finds wrong, as lines; nothing, on a page for everybody. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Axe {
      run(
        options: object,
      ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
    }
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`,
    );
  });
}
