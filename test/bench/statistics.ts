/** What a number was over several runs. */
export interface Spread {
  median: number;
  lowest: number;
  highest: number;
  values: number[];
}

export function spreadOf(values: number[]): Spread {
  const sorted = sort(values);
  return { median: at(sorted, 0.5), lowest: sorted[0] ?? 0, highest: sorted.at(-1) ?? 0, values };
}

/** How long something took over many tries, in milliseconds. */
export interface Latencies {
  count: number;
  p50: number;
  p99: number;
  p999: number;
  highest: number;
}

export function latenciesOf(milliseconds: number[]): Latencies {
  const sorted = sort(milliseconds);
  const [p50, p99, p999] = [at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999)];
  return { count: sorted.length, p50, p99, p999, highest: sorted.at(-1) ?? 0 };
}

function sort(values: number[]): number[] {
  return [...values].sort((one, other) => one - other);
}

/** Of an even number the mean of the two in the middle, so that no pair is preferred. */
function at(sorted: number[], quantile: number): number {
  const place = (sorted.length - 1) * quantile;
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return quantile === 0.5 ? (low + high) / 2 : high;
}
