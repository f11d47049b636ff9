import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { makeProject, type Project } from "./project.ts";

/** It builds, and starts every checker once. */
const SLOW_MS = 120_000;

let project: Project;

beforeEach(() => {
  project = makeProject();
  project.write(
    "test/jest.config.mjs",
    'export default { rootDir: "..", testMatch: ["<rootDir>/test/*.test.mjs"], transform: {} };\n',
  );
  project.write("test/good.test.mjs", 'test("one", () => {});\ntest("two", () => {});\n');
});

afterEach(() => project.remove());

describe("npm test", () => {
  test(
    "counts failed checks as failed tests, runs the tests nevertheless, and ends with 1",
    async () => {
      const { code, lines } = await project.launch("test.mjs", ["good"]);
      const failed = lines.filter((line) => /^check: .*: FAILED$/.test(line));
      expect(failed).toContain("check: types of the tests: FAILED");
      expect(lines.at(-1)).toBe(`2 passed, ${failed.length} failed`);
      expect(lines.at(-2)).toContain("types of the tests");
      expect(code).toBe(1);
    },
    SLOW_MS,
  );
});
