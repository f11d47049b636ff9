import type { IncomingMessage } from "node:http";
import { type Request, Router } from "express";
import { Registry } from "prom-client";
import { authenticate } from "../agents/credentials.ts";
import { Refusal } from "../errors.ts";
import { registry, watchProcess } from "../metrics.ts";
import type { Store } from "../store.ts";
import type { Log } from "../types.ts";
import { gauges } from "./gauges.ts";
import { refuse } from "./mount.ts";

/** A probe that waits longer is answered too late to be of use. */
const PROBE_MS = 1_500;

export interface HealthParts {
  store: Store;
  log: Log;
  /** Each dependency's probe resolves while it answers. Without one that is not `needed` we still take messages. */
  dependencies: Record<string, { needed: boolean; probe(): Promise<unknown> }>;
  /** False before this process listens, and again once it is stopping. */
  taking(): boolean;
  /** Names of the hint queues, and how much waits in one. */
  queues: { names: string[]; depth(name: string): Promise<number | null> };
}

/** `/health/live`, `/health/ready` and `/metrics`; mount it at the root, in every process that listens. */
export function createHealth({ store, log, dependencies, taking, queues }: HealthParts): Router {
  watchProcess();
  const router = Router();
  router.use(["/health", "/metrics"], (_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    next();
  });
  router.get("/health/live", (_request, response) => {
    response.json({ status: "live" });
  });
  router.get("/health/ready", async (_request, response) => {
    const probed = await Promise.all(
      Object.entries(dependencies).map(
        async ([name, { probe }]) => [name, (await answers(probe)) ? "up" : "down"] as const,
      ),
    );
    const down = probed.filter(([, state]) => state === "down").map(([name]) => name);
    const ready = taking() && !down.some((name) => dependencies[name]?.needed);
    response.status(ready ? 200 : 503).json({
      status: !ready ? "not ready" : down.length > 0 ? "degraded" : "ready",
      taking: taking(),
      down,
      dependencies: Object.fromEntries(probed),
    });
  });
  router.get("/metrics", async (request, response) => {
    if (!isLocal(request) && !(await authenticate(store, request.headers)))
      throw new Refusal("unauthenticated", "Metrics are for this machine itself, or for who sends a valid key.", 401);
    const all = Registry.merge([registry, await gauges(store, queues)]);
    response.setHeader("Content-Type", all.contentType);
    response.end(await all.metrics());
  });
  router.use("/metrics", refuse(log));
  return router;
}

async function answers(probe: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_MS);
  });
  const answered = probe().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

/** From this machine itself, and not through a proxy that stands on it. */
function isLocal(request: IncomingMessage | Request): boolean {
  const { headers, socket } = request;
  const forwarded = ["x-forwarded-for", "forwarded", "x-real-ip", "via"].some((name) => headers[name] !== undefined);
  return !forwarded && /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? "");
}
