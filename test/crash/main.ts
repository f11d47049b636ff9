/** `npm run crash -- --rounds N --seed S [--row WORDS]`: kills, starves and confuses real processes, then does the accounts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultRows, slowRows } from "./faults.ts";
import { playMatrix } from "./matrix.ts";
import type { Outcome } from "./round.ts";
import { crashRows, killRows } from "./rows.ts";
import { isClean, table } from "./table.ts";

const REDIS_AWAY_MS = 60_000;

const { values } = parseArgs({
  options: { rounds: { type: "string" }, seed: { type: "string" }, row: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const rows = [...crashRows, ...killRows, ...faultRows(REDIS_AWAY_MS), ...slowRows].filter(({ name }) =>
  name.includes(values.row ?? ""),
);
const rounds = Number(values.rounds ?? rows.length);

const folder = mkdtempSync(join(tmpdir(), "firstline-crash-run-"));
process.env.TEST_FOLDER = folder;
console.log(`${rounds} rounds from seed ${seed}, on Node ${process.version}`);
const outcomes = await playMatrix(rows, { rounds, seed, tell });
rmSync(folder, { recursive: true, force: true });
console.log(`\n${table(outcomes)}\n`);
const failed = outcomes.filter((outcome) => !isClean(outcome));
for (const { row, seed: its } of failed)
  console.log(`failed: ${row}. Again: npm run crash -- --rounds 1 --seed ${its}`);
console.log(failed.length === 0 ? "Nothing was lost, nothing doubled." : `${failed.length} rounds failed.`);
process.exit(failed.length === 0 ? 0 : 1);

function tell(outcome: Outcome): void {
  const { row, seed: its, tally, remark, fault } = outcome;
  const { accepted, tickets, acks, uncertain } = tally.figures;
  const figures = `${accepted} messages, ${tickets} tickets, ${acks} acks, ${uncertain} uncertain`;
  console.log(`${isClean(outcome) ? "ok  " : "FAIL"} ${its} ${row}: ${figures}${remark ? ` (${remark})` : ""}`);
  for (const wrong of [...(fault ? [fault] : []), ...tally.wrongs]) console.log(`     ${wrong.slice(0, 400)}`);
}
