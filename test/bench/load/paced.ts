import type { Visitor } from "./visitors.ts";

/** What was written, when, and after how long it was accepted, or why not. */
export interface Written {
  clientId: string;
  at: number;
  accepted?: number;
  refusal?: string;
}

let count = 0;

/** Open loop: the next one is due whether or not those before have been answered, as customers do not wait for each other. */
export async function writePaced(
  visitors: Visitor[],
  { perSecond, ms }: { perSecond: number; ms: number },
): Promise<Written[]> {
  const from = performance.now();
  const written: Written[] = [];
  const underWay: Promise<void>[] = [];
  const all = Math.round((perSecond * ms) / 1_000);
  while (written.length < all) {
    const due = Math.min(all, Math.floor(((performance.now() - from) * perSecond) / 1_000));
    while (written.length < due) {
      const visitor = visitors[written.length % visitors.length];
      if (!visitor) throw new Error("nobody is there to write");
      const one: Written = { clientId: `p${++count}`, at: performance.now() };
      written.push(one);
      underWay.push(
        visitor.send(one.clientId).then((refusal) => {
          if (refusal === null) one.accepted = performance.now() - one.at;
          else one.refusal = refusal;
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  return written;
}
