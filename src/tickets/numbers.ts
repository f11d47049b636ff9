import type { Store } from "../store.ts";

/** The first ticket's number: long enough to look like one, short enough to be said on the phone. */
const FIRST = 1_001;
/** A quiet installation reserves one at a time and leaves no gaps; a busy one doubles up to this many. */
const LARGEST_BLOCK = 64;
/** Reserving again within this time means that we are busy. Milliseconds. */
const BUSY_MS = 1_000;

/** Hands out ticket numbers: unique over all processes and never reused; a process that dies leaves a gap. */
export interface Numbers {
  take(count: number): Promise<number[]>;
  /** Returns numbers that no ticket got. */
  giveBack(numbers: number[]): void;
}

/** Takes numbers from blocks reserved in MongoDB, outside any transaction: a counter inside would serialize all filing. */
export function openNumbers(store: Store): Numbers {
  let free: number[] = [];
  let block = 1;
  let reservedAt = 0;
  let reserving = Promise.resolve();

  async function reserve(count: number): Promise<void> {
    const now = performance.now();
    block = now - reservedAt < BUSY_MS ? Math.min(block * 2, LARGEST_BLOCK) : 1;
    reservedAt = now;
    const size = Math.max(block, count);
    const counter = await store.counters.findOneAndUpdate(
      { _id: "ticket-number" },
      [{ $set: { next: { $add: [{ $ifNull: ["$next", FIRST] }, size] } } }],
      { upsert: true, returnDocument: "after" },
    );
    const next = counter?.next ?? FIRST + size;
    free.push(...Array.from({ length: size }, (_, index) => next - size + index));
  }

  return {
    async take(count) {
      const turn = reserving.then(async () => {
        while (free.length < count) await reserve(count - free.length);
        return free.splice(0, count);
      });
      reserving = turn.then(
        () => undefined,
        () => undefined,
      );
      return turn;
    },
    giveBack(numbers) {
      free = [...numbers, ...free].sort((one, other) => one - other);
    },
  };
}
