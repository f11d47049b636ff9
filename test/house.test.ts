import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { codeOf, filesBelow, importsOf, saysAny } from "./support/sources.ts";

const CODE = /\.(ts|mjs|svelte)$/;
const PRODUCT = ["src", "channels", "adapters", "config"];
/** Whom a file may know, by where it stands: imports go one way. The first line that fits decides. */
const MAY_IMPORT: [place: RegExp, known: RegExp][] = [
  [/^src\/(types|errors|crash-point)\.ts$/, /^$/],
  [/^adapters\//, /^(adapters\/|src\/(types|errors|crash-point)\.ts$)/],
  [/^channels\//, /^(channels\/|adapters\/|src\/(types|errors|crash-point)\.ts$)/],
  [/^config\//, /^(config\/|channels\/|src\/(types|errors|crash-point)\.ts$)/],
  [/^src\/(main\.ts$|cli\/|launch\/)/, /^(src|config|channels|adapters)\//],
  [/^src\//, /^(src|channels|adapters)\//],
];
/** Libraries that speak a vendor's words: an adapter hides each. */
const VENDORS =
  /^(mongodb|bullmq|ioredis|socket\.io|mongodb-memory-server-core|twilio|imapflow|nodemailer|whatsapp-web\.js)(\/|$)/;
const TOP_LEVEL =
  /^(\..*|package(-lock)?\.json|tsconfig\.json|src|channels|adapters|config|test|Procfile|README\.md|CHANGELOG\.md|LICENSE|SECURITY\.md|biome\.jsonc?|knip\.jsonc?)$/;
const MADE_HERE = /^(node_modules|dist|data|coverage|.*\.log)$/;
const LEFT_BEHIND =
  /\b(it|test|describe)\.(skip|only|todo|failing)\b|\bx(it|test|describe)\(|\b(TODO|FIXME|HACK)\b|@ts-(ignore|nocheck)|eslint-disable/;
const MOST_LINES = 300;
/** Longer than that, because every word of the code base belongs in one place. */
const GLOSSARY = "src/types.ts";
const MEDIAN_LINES = 80;

const product = filesBelow(...PRODUCT).filter((path) => CODE.test(path));
const tests = filesBelow("test").filter((path) => CODE.test(path));

describe("the house", () => {
  test("imports point one way: src/main → config, src → channels → adapters, and types, errors, crash-point know nobody", () => {
    const wrong = product.flatMap((path) => {
      const known = MAY_IMPORT.find(([place]) => place.test(path))?.[1] ?? /^$/;
      return importsOf(path)
        .filter((target) => /^(src|channels|adapters|config|test)\//.test(target) && !known.test(target))
        .map((target) => `${path} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test("only adapters import a vendor's library", () => {
    const wrong = product
      .filter((path) => !path.startsWith("adapters/"))
      .flatMap((path) => importsOf(path).map((target) => ({ path, target })))
      .filter(({ target }) => VENDORS.test(target))
      .map(({ path, target }) => `${path} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  test("only config, and the launcher before there is one, read the environment", () => {
    const readers = product.filter(
      (path) => !/^(config|src\/launch)\//.test(path) && /process\.env/.test(codeOf(path)),
    );
    expect(readers).toEqual([]);
  });

  test("nothing of the product imports a test", () => {
    expect(product.filter((path) => importsOf(path).some((target) => target.startsWith("test/")))).toEqual([]);
  });

  test(`no file is longer than ${MOST_LINES} lines, and half of the product's are shorter than ${MEDIAN_LINES}`, () => {
    const long = [...product, ...tests].filter((path) => linesOf(path) > MOST_LINES && path !== GLOSSARY);
    expect(long).toEqual([]);
    const sizes = product.map(linesOf).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(MEDIAN_LINES);
  });

  test("the top level holds the agreed entries only", () => {
    expect(readdirSync(".").filter((name) => !TOP_LEVEL.test(name) && !MADE_HERE.test(name))).toEqual([]);
  });

  test("no type is any", () => {
    expect([...product, ...tests].filter(saysAny)).toEqual([]);
  });

  test("no test is skipped, and nothing is left for later or switched off", () => {
    const others = [...product, ...tests].filter((path) => path !== "test/house.test.ts");
    expect(others.filter((path) => LEFT_BEHIND.test(readFileSync(path, "utf8")))).toEqual([]);
  });
});

function linesOf(path: string): number {
  return readFileSync(path, "utf8").split("\n").length - 1;
}
