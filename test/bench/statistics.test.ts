import { expect, test } from "@jest/globals";
import { comparison, paired } from "./measure.ts";
import { latenciesOf, spreadOf } from "./statistics.ts";

test("takes the median of pairs, between the two in the middle where there is none", () => {
  expect(spreadOf([3, 1, 2])).toMatchObject({ median: 2, lowest: 1, highest: 3 });
  expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
});

test("tells of latencies what one in a hundred waits at least", () => {
  const hundred = Array.from({ length: 1_001 }, (_, index) => index);
  expect(latenciesOf(hundred)).toEqual({ count: 1_001, p50: 500, p99: 990, p999: 999, highest: 1_000 });
});

test("measures by turns, and leaves the first turn of each out", async () => {
  const turns: string[] = [];
  const side = (name: string) => async () => turns.push(name);
  const found = await paired({ pairs: 2, say: () => undefined }, "it", side("A"), side("B"));
  expect(turns.join("")).toBe("ABABAB");
  expect(found).toEqual({ ours: [3, 5], theirs: [4, 6] });
});

test("holds the median of the pairs' ratios to its target, not the ratio of medians", () => {
  const row = comparison("it", "/s", { ours: [10, 90, 30], theirs: [5, 100, 10] }, { atLeast: 2 });
  expect(row).toMatchObject({ ratio: { median: 2, lowest: 0.9, highest: 3 }, target: "ratio ≥ 2", met: true });
});
