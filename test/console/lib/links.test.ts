import { expect, test } from "@jest/globals";
import { pieces } from "../../../src/console/lib/links.ts";

test.each([
  ["no address at all", []],
  ["see https://example.org/a?b=c#d", ["https://example.org/a?b=c#d"]],
  ["(https://example.org), then http://example.com.", ["https://example.org", "http://example.com"]],
  ["javascript:alert(1) and data:text/html,x and //example.org", []],
  ["https://", []],
  ['"https://example.org/"onmouseover="x"', ["https://example.org/"]],
])("finds the web addresses in %j, and loses no letter", (text, expected) => {
  const found = pieces(text);
  expect(found.flatMap(({ href }) => href ?? [])).toEqual(expected);
  expect(found.map((piece) => piece.text).join("")).toBe(text);
});
