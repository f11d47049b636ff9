import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { projectRoot } from "../../config/root.ts";

describe("npm run config", () => {
  test("says that the shipped configuration is fine, and what it comes to", () => {
    const { stdout, status } = check({});
    expect(stdout).toContain("config/default.yaml is fine.");
    expect(stdout).toContain("website (webchat, to support)");
    expect(status).toBe(0);
  });

  test("prints the faults alone, without a stack, and exits with 1", () => {
    const { stdout, stderr, status } = check({ PORT: "eighty" });
    expect(stderr).toBe(
      'The environment has a fault:\n  PORT: found "eighty"; set a port number, or 0 for any that is free.\n',
    );
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
  });
});

function check(env: Record<string, string>) {
  return spawnSync(process.execPath, [join(projectRoot, "dist/config/check.js")], { env, encoding: "utf8" });
}
