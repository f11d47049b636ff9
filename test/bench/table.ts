import type { Row } from "./measure.ts";
import type { Spread } from "./statistics.ts";

const HEADS = ["measure", "ours", "baseline", "ratio (lowest–highest)", "target", ""];

/** The rows as a Markdown table: medians, and how far the pairs lay apart. */
export function tableOf(rows: Row[]): string {
  const cells = rows.map(({ what, unit, ours, theirs, ratio, target, met }) => [
    what,
    `${inUnit(ours.median, unit)}${ratio ? "" : range(ours)}`,
    theirs ? inUnit(theirs.median, unit) : "–",
    ratio ? `${short(ratio.median)}${range(ratio)}` : "–",
    target,
    met ? "met" : "MISSED",
  ]);
  const widths = HEADS.map((head, column) =>
    Math.max(...[HEADS, ...cells].map((each) => each[column]?.length ?? 0), head.length),
  );
  const line = (each: string[]) => `| ${each.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(HEADS), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
}

function range({ lowest, highest }: Spread): string {
  return ` (${short(lowest)}–${short(highest)})`;
}

function inUnit(value: number, unit: string): string {
  return unit.startsWith("/") ? `${short(value)}${unit}` : `${short(value)} ${unit}`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
