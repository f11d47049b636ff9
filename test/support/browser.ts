import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "../../adapters/embedded/index.ts";

/** A real Chromium, wherever this machine has one or the project brings it. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, args, env } = await findBrowser({
    environment: process.env,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  return chromium.launch({ executablePath, args, env });
}
