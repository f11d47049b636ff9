import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type AgentSocket, agentSocket } from "../../../support/agent.ts";
import { openBrowser } from "../../../support/browser.ts";
import { type Gateway, startGateway } from "../../../support/gateway.ts";

/** Customers in real browsers, an agent at the socket, and the gateway between them. */
export interface Customers {
  gateway: Gateway;
  agent: AgentSocket;
  /** Opens the demo page, or another, as somebody who has never been there. */
  visit(options?: BrowserContextOptions, url?: string): Promise<Page>;
  /** They all leave: call it after each test. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCustomers(config: string): Promise<Customers> {
  const [gateway, browser] = await Promise.all([startGateway({ config }), openBrowser()]);
  const agent = await agentSocket(gateway, { key: await gateway.apiKey("Amina") });
  const contexts: BrowserContext[] = [];
  return {
    gateway,
    agent,
    async visit(options = {}, url = gateway.url) {
      const context = await browser.newContext({ locale: "en-GB", ...options });
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    async leave() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
    async stop() {
      agent.close();
      await browser.close();
      await gateway.stop();
    },
  };
}

export const launcher = (page: Page) => page.getByRole("button", { name: /^Open chat/ });
export const field = (page: Page) => page.getByRole("textbox", { name: "Write a message" });

export async function openChat(page: Page): Promise<void> {
  await launcher(page).click();
  await field(page).waitFor();
}

export async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** The ticket's number, once the widget shows it. */
export async function ticketOf(page: Page): Promise<number> {
  const line = await page.getByText(/Ticket #\d+/).textContent();
  return Number(/#(\d+)/.exec(line ?? "")?.[1]);
}

/** What stands in the conversation, in order. */
export const bubbles = (page: Page) => page.locator(".bubble").allTextContents();
