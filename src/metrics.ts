import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What this process has done, for whoever scrapes /metrics. Names only: no address, no text ever becomes a label. */
export const registry = new Registry();
const registers = [registry];

export const received = new Counter({
  name: "firstline_received_total",
  help: "Messages and signals made durable, and repeats of them.",
  labelNames: ["channel", "duplicate"],
  registers,
});

export const filed = new Counter({
  name: "firstline_filed_total",
  help: "Messages that became part of a ticket.",
  labelNames: ["channel"],
  registers,
});

export const acknowledged = new Counter({
  name: "firstline_acknowledged_total",
  help: "Tickets acknowledged, or the reason why not.",
  labelNames: ["outcome"],
  registers,
});

export const sent = new Counter({
  name: "firstline_sent_total",
  help: "Attempts to send that ended, by the state they ended in.",
  labelNames: ["channel", "state"],
  registers,
});

/** From a fsync on a fast disk to a server that is about to fail. Seconds. */
const WRITE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** From at once to the time in which a person loses patience. Seconds. */
const WORK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const appendSeconds = new Histogram({
  name: "firstline_append_seconds",
  help: "From taking a message to its being durable.",
  buckets: WRITE_BUCKETS,
  registers,
});

export const filingSeconds = new Histogram({
  name: "firstline_filing_seconds",
  help: "How long filing what was unfiled of one conversation took.",
  buckets: WORK_BUCKETS,
  registers,
});

let watching = false;

/** Also counts what Node does: event-loop delay, memory, garbage. Once is enough. */
export function watchProcess(): void {
  if (watching) return;
  watching = true;
  collectDefaultMetrics({ register: registry });
}
