import { addTally, emptyTally, FIGURES, ZEROS } from "./account.ts";
import { byRow } from "./matrix.ts";
import type { Outcome } from "./round.ts";

/** Whether nothing was lost or doubled, and every harm could be done. */
export function isClean({ tally, fault }: Outcome): boolean {
  return fault === undefined && tally.wrongs.length === 0 && ZEROS.every((zero) => tally.zeros[zero] === 0);
}

/** One line for each row, the sum last, as the README shows it. */
export function table(outcomes: Outcome[]): string {
  const rows = byRow(outcomes);
  const sum = { row: "**all**", rounds: outcomes.length, tally: emptyTally(), slowest: 0 };
  for (const { tally, slowest } of rows) {
    addTally(sum.tally, tally);
    sum.slowest = Math.max(sum.slowest, slowest);
  }
  const head = ["while people write and agents answer", "rounds", ...FIGURES, "slowest answer, s", ...ZEROS];
  const lines = [...rows, sum].map(({ row, rounds, tally, slowest }) => [
    row,
    rounds,
    ...FIGURES.map((name) => tally.figures[name]),
    (slowest / 1000).toFixed(1),
    ...ZEROS.map((name) => tally.zeros[name]),
  ]);
  return [head, head.map((_, index) => (index === 0 ? "---" : "--:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
