/** Chance that is the same for the same seed, so that a round can be played again. */
export interface Random {
  /** From 0 to just under 1. */
  next(): number;
  /** A whole number from 0 to just under `n`. */
  below(n: number): number;
  chance(probability: number): boolean;
  pick<T>(of: readonly T[]): T;
}

/** Mulberry32: small, and good enough to choose when a process dies. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { next, below, chance: (probability) => next() < probability, pick: (of) => of[below(of.length)] as never };
}
