import { availableParallelism } from "node:os";
import { quietly } from "./child.mjs";

const TYPESCRIPT = "node_modules/typescript/bin/tsc";
const SVELTE_CHECK = "node_modules/svelte-check/bin/svelte-check";

/** Longest first, so that they end together. */
const CHECKS = [
  ["types of the console", [SVELTE_CHECK, "--tsconfig", "src/console/tsconfig.json", "--output", "human"]],
  ["types of the server", [TYPESCRIPT, "--noEmit", "-p", "."]],
  ["types of the widget", [SVELTE_CHECK, "--tsconfig", "channels/webchat/widget/tsconfig.json", "--output", "human"]],
  ["types of the tests", [TYPESCRIPT, "--noEmit", "-p", "test"]],
  ["unused files, exports and dependencies", ["node_modules/knip/bin/knip.js", "--no-progress"]],
  ["format and lint", ["node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "--colors=off"]],
];
/** A test like the others, so `npm test` runs it with them. */
const HOUSE = [
  "import direction",
  ["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "-c", "test/jest.config.mjs", "test/house.test.ts"],
];

/** Runs every check, as many at once as there are cores; shows what those that fail say, and resolves to their names. */
export async function runChecks({ out, withHouse }) {
  const waiting = withHouse ? [HOUSE, ...CHECKS] : [...CHECKS];
  const failed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, args] = next;
      const { code, output } = await quietly(process.execPath, args);
      out.write(code === 0 ? `check: ${name}: fine\n` : `\ncheck: ${name}: FAILED\n${output.trim()}\n\n`);
      if (code !== 0) failed.push(name);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, work));
  return failed;
}
