import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startProcess } from "../support/processes.ts";

const PATIENCE_MS = 120_000;

function bench(...args: string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]));
  return startProcess(process.execPath, ["--import", "./test/support/typescript.mjs", "test/bench/index.ts", ...args], {
    env: { ...env, NODE_OPTIONS: "" },
  });
}

test(
  "measures both sides by turns, and tells it as a table and as JSON",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "firstline-bench-test-"));
    const json = join(folder, "bench.json");
    const running = bench("--only", "chat-1", "--quick", "--pairs", "1", "--json", json);
    const code = await running.exited;
    const printed = running.lines.join("\n");
    expect({ code, printed }).toMatchObject({ code: 0 });
    expect(printed).toMatch(/\| chat round trip of one visitor alone, p50 +\|.*\| ratio ≤ 1 /);
    const told = JSON.parse(readFileSync(json, "utf8"));
    expect(told).toMatchObject({ node: process.version, mongodb: expect.any(String), redis: expect.any(String) });
    expect(told.rows).toEqual([
      expect.objectContaining({ ratio: expect.objectContaining({ values: [expect.any(Number)] }) }),
    ]);
    rmSync(folder, { recursive: true });
  },
  PATIENCE_MS,
);

test("names what it measures, and refuses what it does not", async () => {
  const help = bench("--help");
  expect(await help.exited).toBe(0);
  expect(help.lines.join("\n")).toMatch(/chat-64 .*\n(.*\n)*.*backlog .*\(long\)/);
  const unknown = bench("--only", "everything");
  expect(await unknown.exited).toBe(1);
  expect(unknown.lines.join("\n")).toContain("there is no measure everything");
});
