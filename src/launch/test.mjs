/** `npm test`: installs, builds, checks, then runs the tests on real stores. Arguments go to Jest. */
import "./node-version.mjs";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChecks } from "./checks.mjs";
import { openly } from "./child.mjs";
import { prepare } from "./prepare.mjs";
import { launch } from "./tell.mjs";

const JEST = ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "-c", "test/jest.config.mjs"];

await launch(async () => {
  await prepare({ development: true, out: process.stdout });
  const failed = await runChecks({ out: process.stdout, withHouse: false });
  const jest = failed.length === 0 ? openly : withChecksCounted(failed);
  process.exit(await jest(process.execPath, [...JEST, ...process.argv.slice(2)]));
});

/** Failed checks count as failed tests, so that whoever reads the last line only is not told that all is well. */
function withChecksCounted(failed) {
  return async (program, args) => {
    const folder = mkdtempSync(join(tmpdir(), "firstline-results-"));
    const results = join(folder, "results.json");
    const code = await openly(program, [...args, "--json", `--outputFile=${results}`]);
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, "utf8"));
    rmSync(folder, { recursive: true });
    console.log(`\nThese checks failed, shown above the tests: ${failed.join(", ")}`);
    console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites + failed.length} failed`);
    return code || 1;
  };
}
