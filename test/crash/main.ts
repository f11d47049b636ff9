/** `npm run crash`: kills, starves and confuses real processes while people write, then does the accounts. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultRows, slowRows } from "./faults.ts";
import { playMatrix } from "./matrix.ts";
import type { Outcome } from "./round.ts";
import { crashRows, killRows, type Row } from "./rows.ts";
import { isClean, table } from "./table.ts";

/** Longer than anything of ours waits for Redis. */
const REDIS_AWAY_MS = 60_000;
/** Enough to see what kind of wrong it is. */
const SHOWN = 10;
const EVERY_ROW: Row[] = [...crashRows, ...killRows, ...faultRows(REDIS_AWAY_MS), ...slowRows];

const { values } = parseArgs({
  options: { rounds: { type: "string" }, seed: { type: "string" }, row: { type: "string" }, help: { type: "boolean" } },
});
if (values.help) help();
else await play();

function help(): void {
  console.log("npm run crash -- [--rounds N] [--seed S] [--row WORDS]\n");
  for (const { name } of EVERY_ROW) console.log(`  ${name}`);
}

async function play(): Promise<void> {
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const rows = EVERY_ROW.filter(({ name }) => name.includes(values.row ?? ""));
  if (rows.length === 0) throw new Error(`no row is named "${values.row}": --help lists them`);
  const rounds = Number(values.rounds ?? rows.length);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  const folder = mkdtempSync(join(tmpdir(), "firstline-crash-run-"));
  process.env.TEST_FOLDER = folder;
  console.log(`${rounds} rounds from seed ${seed}`);
  const { outcomes, versions, errors } = await playMatrix(rows, { rounds, seed, tell, stopped: stopping.signal });
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${machine({ ...versions, seed })}\n\n${table(outcomes)}\n`);
  const failed = outcomes.filter((outcome) => !isClean(outcome));
  const same = values.row ? ` --row "${values.row}"` : "";
  for (const { row, seed: its } of failed)
    console.log(`failed: ${row}. Again: npm run crash -- --rounds 1 --seed ${its}${same}`);
  if (errors.length > 0) console.log(`${errors.length} lines were logged as errors, such as: ${errors[0]}`);
  console.log(failed.length === 0 ? "Nothing was lost, nothing doubled." : `${failed.length} rounds failed.`);
  process.exit(failed.length === 0 && !stopping.signal.aborted ? 0 : 1);
}

function machine(more: Record<string, string | number>): string {
  const [core] = cpus();
  return Object.entries({
    date: new Date().toISOString(),
    commit: execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
    cpu: `${cpus().length} × ${core?.model.trim()}`,
    node: process.version,
    ...more,
  })
    .map(([name, value]) => `${name} ${value}`)
    .join(" · ");
}

function tell(outcome: Outcome): void {
  const { row, seed, tally, remark, fault } = outcome;
  const { accepted, tickets, acks, uncertain } = tally.figures;
  const figures = `${accepted} messages, ${tickets} tickets, ${acks} acks, ${uncertain} uncertain`;
  console.log(`${isClean(outcome) ? "ok  " : "FAIL"} ${seed} ${row}: ${figures}${remark ? ` (${remark})` : ""}`);
  const wrongs = [...(fault ? [fault] : []), ...tally.wrongs];
  for (const wrong of wrongs.slice(0, SHOWN)) console.log(`     ${wrong.slice(0, 300)}`);
  if (wrongs.length > SHOWN) console.log(`     and ${wrongs.length - SHOWN} more`);
}
