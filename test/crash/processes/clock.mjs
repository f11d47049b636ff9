/** Loaded before the gateway: its wall clock is wrong by as many milliseconds as the file named by CRASH_CLOCK says, now. */
import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 50;
const RealDate = Date;
let shift = 0;
let lookedAt = Number.NEGATIVE_INFINITY;

function now() {
  if (performance.now() - lookedAt > LOOK_EVERY_MS) {
    lookedAt = performance.now();
    shift = Number(readFileSync(process.env.CRASH_CLOCK, "utf8"));
  }
  return RealDate.now() + shift;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (_, given, target) => Reflect.construct(RealDate, given.length > 0 ? given : [now()], target),
  apply: () => new RealDate(now()).toString(),
  get: (_, name, receiver) => (name === "now" ? now : Reflect.get(RealDate, name, receiver)),
});
