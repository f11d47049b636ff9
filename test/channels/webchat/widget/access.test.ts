import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import type { AgentSocket } from "../../../support/agent.ts";
import { roomy } from "../../../support/config.ts";
import { eventually } from "../../../support/eventually.ts";
import { bubbles, type Customers, field, launcher, openChat, startCustomers, ticketOf, write } from "./customer.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 390, height: 780 };

let customers: Customers;
let agent: AgentSocket;
const visit: Customers["visit"] = (...where) => customers.visit(...where);

beforeAll(async () => {
  customers = await startCustomers(roomy());
  ({ agent } = customers);
}, 60_000);
afterEach(() => customers.leave());
afterAll(() => customers.stop());

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
