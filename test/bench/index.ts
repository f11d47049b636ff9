/** Measures Firstline against baselines of its own libraries, by turns in one run, and prints a table. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { startOwnStores } from "../support/own-stores.ts";
import type { Row } from "./measure.ts";
import { measures } from "./measures/index.ts";
import { tableOf } from "./table.ts";

/** As long as it takes for the JIT's and the disk's moods to even out. */
const SLICE_MS = 3_000;
const QUICK_MS = 500;
const PAIRS = 5;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    pairs: { type: "string" },
    quick: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (options.help) help();
else await bench();

function help(): void {
  console.log(`npm run bench -- [--only NAME]... [--long] [--pairs ${PAIRS}] [--quick] [--json FILE]\n`);
  for (const { name, about, long } of measures) console.log(`  ${name.padEnd(12)} ${about}${long ? " (long)" : ""}`);
}

async function bench(): Promise<void> {
  const { only, quick, long } = options;
  const unknown = only?.filter((name) => !measures.some((measure) => measure.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no measure ${unknown.join(", ")}; --help lists them`);
  const chosen = measures.filter((measure) => (only ? only.includes(measure.name) : long || !measure.long));
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const rows: Row[] = [];
  const stores = await startOwnStores();
  let failed = false;
  // Our stores run in a group of their own, where no Ctrl-C reaches them.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stores.stop().finally(() => process.exit(1)));
  try {
    const { mongodb, redis } = stores.versions();
    for (const { name, run } of chosen)
      try {
        rows.push(
          ...(await run({
            stores,
            pairs: Number(options.pairs ?? PAIRS),
            slice: quick ? QUICK_MS : SLICE_MS,
            quick,
            say,
          })),
        );
      } catch (fault) {
        failed = true;
        say(`${name} could not be measured: ${fault instanceof Error ? fault.stack : fault}`);
      }
    report(rows, { ...machine(), mongodb, redis });
  } finally {
    await stores.stop();
  }
  process.exitCode = failed ? 1 : 0;
}

function machine() {
  const [core] = cpus();
  return {
    date: new Date().toISOString(),
    commit: execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
    cpu: `${cpus().length} × ${core?.model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.version,
  };
}

function report(rows: Row[], where: Record<string, string>): void {
  console.log(
    `\n${Object.entries(where)
      .map(([name, value]) => `${name} ${value}`)
      .join(" · ")}\n\n${tableOf(rows)}`,
  );
  for (const note of new Set(rows.flatMap((row) => row.note ?? []))) console.log(`\n${note}`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ ...where, rows }, undefined, 2)}\n`);
}
