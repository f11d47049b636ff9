import { resolve } from "node:path";
import { z } from "zod";
import { type Fault, faultsOf, parseOptions } from "./faults.ts";
import { projectRoot } from "./root.ts";

/** Shorter ones are guessed. */
const SHORTEST_PASSWORD = 10;

const PORT = { error: "set a port number, or 0 for any that is free" };

const path = z.string().transform((given) => resolve(projectRoot, given));

const schema = z.object({
  PORT: z.coerce.number(PORT).pipe(z.int(PORT).min(0, PORT).max(65_535, PORT)).default(3_000),
  HOST: z.string().default("0.0.0.0"),
  DATA_DIR: path.prefault("data"),
  CONFIG: path.prefault("config/default.yaml"),
  MONGODB_URL: url("mongodb", "mongodb+srv").optional(),
  REDIS_URL: url("redis", "rediss").optional(),
  ADMIN_EMAIL: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, { error: "set an e-mail address" })
    .optional(),
  ADMIN_PASSWORD: z.string().min(SHORTEST_PASSWORD).meta({ secret: true }).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  MONGOD_BINARY: path.optional(),
  REDIS_SERVER_BINARY: path.optional(),
  CHROME: path.optional(),
  FIRSTLINE_CRASH_POINT: z.string().optional(),
});

/** What the gateway takes from the environment, and nothing else reads it there. */
export type Environment = z.infer<typeof schema>;

/** The environment as it is, for programs that we start: they need PATH, HOME, proxies and the like. */
export function surroundings(): NodeJS.ProcessEnv {
  return process.env;
}

/** The environment, with defaults, also in place of what is at fault. An empty variable counts as none; relative paths start at the project's folder. */
export function readEnvironment(env: NodeJS.ProcessEnv): { environment: Environment; faults: Fault[] } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given, parseOptions);
  if (parsed.success) return { environment: parsed.data, faults: [] };
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, given));
  const faulty = new Set(faults.map(({ path }) => path[0]));
  const rest = Object.entries(given).filter(([name]) => !faulty.has(name));
  return { environment: schema.parse(Object.fromEntries(rest)), faults };
}

function url(...protocols: string[]) {
  // No URL parser: a replica set's address names several hosts.
  const isOne = (text: string) =>
    protocols.some((protocol) => text.startsWith(`${protocol}://`) && /:\/\/[^/\s]/.test(text));
  return z
    .string()
    .refine(isOne, { error: `set an address such as ${protocols[0]}://host` })
    .meta({ secret: true });
}
