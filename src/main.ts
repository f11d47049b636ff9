import { resolve } from "node:path";
import { findStores } from "../adapters/embedded/records.ts";
import type { Stores } from "../adapters/embedded/stores.ts";
import { openLog } from "../adapters/log.ts";
import { channels } from "../channels/index.ts";
import { type Config, type Environment, loadConfig, surroundings } from "../config/index.ts";
import { armCrashPoint } from "./crash-point.ts";
import { StartFault } from "./errors.ts";
import { type Gateway, ROLES, type Role, startGateway } from "./gateway.ts";
import { acknowledgementFrom, settingsFrom } from "./settings.ts";
import type { Log } from "./types.ts";
import { welcome } from "./welcome.ts";

/** Who is not through with stopping by then is cut off: whatever was in hand is durable, and taken up at the next start. */
const STOP_MS = 10_000;

await main(process.argv.slice(2));

/** Starts in order, stops in reverse. A start that cannot succeed says why in words, and ends with exit code 1. */
async function main(args: string[]): Promise<void> {
  const stopping = new AbortController();
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => stopping.abort());
  const running: { gateway?: Gateway; stores?: Stores; log?: Log } = {};
  try {
    const roles = rolesOf(args);
    const { config, environment } = loadConfig();
    armCrashPoint(environment.FIRSTLINE_CRASH_POINT);
    const log = openLog(environment.LOG_LEVEL, quietOn(roles, environment));
    running.log = log;
    guard(log);
    running.stores = await storesFor(roles, config, environment, stopping.signal, log);
    running.gateway = await run(roles, config, environment, running.stores, log);
    if (!stopping.signal.aborted) await new Promise((stop) => stopping.signal.addEventListener("abort", stop));
  } catch (fault) {
    if (!stopping.signal.aborted) {
      process.exitCode = 1;
      if (!(fault instanceof StartFault)) running.log?.error({ fault }, "the start failed");
      const said = fault instanceof Error ? fault.message : String(fault);
      console.error(`\n${fault instanceof StartFault ? said : `Firstline could not start: ${said}`}\n`);
    }
  }
  await stop(running);
  process.exit();
}

function rolesOf(args: string[]): Role[] {
  const unknown = args.filter((arg) => !ROLES.includes(arg as Role));
  if (unknown.length > 0)
    throw new StartFault(`There is no role "${unknown.join(" ")}". Roles: ${ROLES.join(", ")}; none = all of them.`);
  return args.length > 0 ? (args as Role[]) : [...ROLES];
}

/** On a terminal the log of the whole gateway goes to a file, so that the first screen stays readable. */
function quietOn(roles: Role[], environment: Environment): string | undefined {
  return process.stdout.isTTY && roles.length === ROLES.length
    ? resolve(environment.DATA_DIR, "logs/firstline.log")
    : undefined;
}

/** A fault that nobody foresaw is written down; what was in hand is durable, and others go on. */
function guard(log: Log): void {
  process.on("unhandledRejection", (fault) => log.error({ fault }, "a fault that nobody handled: please report it"));
}

/** The stores that are configured, else our own; a role on its own uses those of the gateway that runs on the same data. */
async function storesFor(
  roles: Role[],
  config: Config,
  environment: Environment,
  signal: AbortSignal,
  log: Log,
): Promise<Stores> {
  const { MONGODB_URL, REDIS_URL, DATA_DIR, PORT } = environment;
  if (roles.length === ROLES.length) {
    const { startStores } = await import("../adapters/embedded/stores.ts");
    return startStores({
      dataDir: DATA_DIR,
      environment: { ...surroundings(), ...definedOf(environment) },
      say: (line) => console.log(line),
      address: config.publicUrl || `http://localhost:${PORT}`,
      mongodbUrl: MONGODB_URL,
      redisUrl: REDIS_URL,
      onChange: (change) => log.warn({ change }, "a store of ours has changed its state"),
      signal,
    });
  }
  const found = findStores(DATA_DIR);
  const mongodbUrl = MONGODB_URL ?? found.mongodbUrl;
  const redisUrl = REDIS_URL ?? found.redisUrl;
  const missing = [...(mongodbUrl ? [] : ["MONGODB_URL"]), ...(redisUrl ? [] : ["REDIS_URL"])];
  if (!mongodbUrl || !redisUrl)
    throw new StartFault(
      `A role on its own needs the stores that the others use. Set ${missing.join(" and ")}, or start all roles with: npm start`,
    );
  return { mongodbUrl, redisUrl, notes: [], stop: async () => undefined };
}

function definedOf({ MONGOD_BINARY, REDIS_SERVER_BINARY, CHROME }: Environment) {
  return {
    ...(MONGOD_BINARY && { MONGOD_BINARY }),
    ...(REDIS_SERVER_BINARY && { REDIS_SERVER_BINARY }),
    ...(CHROME && { CHROME }),
  };
}

async function run(
  roles: Role[],
  config: Config,
  environment: Environment,
  stores: Stores,
  log: Log,
): Promise<Gateway> {
  const now = () => new Date();
  const gateway = await startGateway({
    roles,
    stores,
    log,
    now,
    channels,
    inboxes: config.inboxes,
    settings: settingsFrom(config),
    acknowledgement: acknowledgementFrom(config, now),
    configuration: config.public,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    fileBytes: config.limits.fileSize,
    port: environment.PORT,
    host: environment.HOST,
    admin: { email: environment.ADMIN_EMAIL, password: environment.ADMIN_PASSWORD },
  });
  log.info({ roles }, "started");
  for (const { inbox, reason } of config.off) log.warn({ inbox, reason }, "an inbox is off");
  if (gateway.port !== undefined && gateway.admin)
    console.log(
      welcome({
        url: `http://localhost:${gateway.port}`,
        login: gateway.admin,
        dataDir: stores.notes.length > 0 ? environment.DATA_DIR : undefined,
        log: quietOn(roles, environment),
        off: config.off,
        notes: stores.notes,
        config: environment.CONFIG,
      }),
    );
  return gateway;
}

async function stop({ gateway, stores, log }: { gateway?: Gateway; stores?: Stores; log?: Log }): Promise<void> {
  const watchdog = setTimeout(() => {
    log?.error({}, "the stop took too long and is cut off; nothing is lost");
    process.exit(1);
  }, STOP_MS);
  watchdog.unref();
  await gateway?.close().catch((fault) => log?.error({ fault }, "the stop was not clean; nothing is lost"));
  clearTimeout(watchdog);
  await stores?.stop();
}
