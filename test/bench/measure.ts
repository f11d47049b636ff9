import type { OwnStores } from "../support/own-stores.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** Something we measure, by the name that `--only` takes. */
export interface Measure {
  name: string;
  /** What the help says of it. */
  about: string;
  /** Takes minutes: only run when named, or with `--long`. */
  long?: true;
  run(bench: Bench): Promise<Row[]>;
}

/** What a measure may use. */
export interface Bench {
  stores: OwnStores;
  pairs: number;
  /** How long one side of a pair is measured. Milliseconds. */
  slice: number;
  /** Less of everything, to see that it works. */
  quick: boolean;
  /** Tells who waits how far we are. */
  say(line: string): void;
}

/** One line of the table. */
export interface Row {
  what: string;
  unit: string;
  ours: Spread;
  /** The baseline's, where there is one. */
  theirs?: Spread;
  /** Ours to theirs, pair by pair. */
  ratio?: Spread;
  target: string;
  met: boolean;
  /** What a reader must know to judge it. */
  note?: string;
}

/** How a row is held to its target: the ratio where there is one, else our own number; by its median. */
export type Target = { atLeast: number } | { atMost: number };

/** Measures both sides by turns, once each for warmth before what counts. */
export async function paired<T>(
  { pairs, say }: Pick<Bench, "pairs" | "say">,
  what: string,
  ours: () => Promise<T>,
  theirs: () => Promise<T>,
): Promise<{ ours: T[]; theirs: T[] }> {
  const found: { ours: T[]; theirs: T[] } = { ours: [], theirs: [] };
  for (let pair = 0; pair <= pairs; pair++) {
    say(`${what}: ${pair === 0 ? "warming up" : `pair ${pair} of ${pairs}`}`);
    const [one, other] = [await ours(), await theirs()];
    if (pair === 0) continue;
    found.ours.push(one);
    found.theirs.push(other);
  }
  return found;
}

/** A row that compares both sides of pairs. */
export function comparison(
  what: string,
  unit: string,
  sides: { ours: number[]; theirs: number[] },
  target: Target,
  note?: string,
): Row {
  const ratio = spreadOf(sides.ours.map((value, pair) => value / (sides.theirs[pair] ?? Number.NaN)));
  return {
    what,
    unit,
    ours: spreadOf(sides.ours),
    theirs: spreadOf(sides.theirs),
    ratio,
    target: `ratio ${inWords(target)}`,
    met: holds(ratio.median, target),
    ...(note && { note }),
  };
}

/** A row that stands for itself. */
export function absolute(what: string, unit: string, values: number[], target: Target, note?: string): Row {
  const ours = spreadOf(values);
  return {
    what,
    unit,
    ours,
    target: `${inWords(target)} ${unit}`,
    met: holds(ours.median, target),
    ...(note && { note }),
  };
}

function holds(value: number, target: Target): boolean {
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}

function inWords(target: Target): string {
  return "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}
