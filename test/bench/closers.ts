/** Runs `work`, and afterwards ends whatever it named, last first, also when it failed. */
export async function ending<T>(work: (ends: (close: () => unknown) => void) => Promise<T>): Promise<T> {
  const closers: (() => unknown)[] = [];
  try {
    return await work((close) => closers.push(close));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}
