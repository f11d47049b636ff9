import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../config/index.ts";
import { StartFault } from "../../src/errors.ts";

/** What `loadConfig` makes of a file with this content. */
export function load(yaml: string, env: Record<string, string> = {}, channels?: Parameters<typeof loadConfig>[1]) {
  const folder = mkdtempSync(join(tmpdir(), "firstline-config-"));
  const file = join(folder, "firstline.yaml");
  writeFileSync(file, yaml);
  try {
    return loadConfig({ CONFIG: file, ...env }, channels);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The message with which the start ends for a file with this content, or "fine". */
export function faults(
  yaml: string,
  env?: Record<string, string>,
  channels?: Parameters<typeof loadConfig>[1],
): string {
  try {
    load(yaml, env, channels);
    return "fine";
  } catch (error) {
    if (error instanceof StartFault) return error.message;
    throw error;
  }
}

/** Says where a website may write. */
export const WEBSITE = "inboxes: { website: { channel: webchat } }\n";

/** What a file says to take a value from the environment. */
export function fromEnv(name: string): string {
  return `\${${name}}`;
}
