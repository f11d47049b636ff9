import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readEnvironment } from "../../config/environment.ts";
import { projectRoot } from "../../config/root.ts";

describe("the environment", () => {
  test("may be empty", () => {
    expect(readEnvironment({})).toEqual({
      faults: [],
      environment: {
        PORT: 3_000,
        HOST: "0.0.0.0",
        DATA_DIR: join(projectRoot, "data"),
        CONFIG: join(projectRoot, "config/default.yaml"),
        LOG_LEVEL: "info",
      },
    });
  });

  test("counts an empty variable as none", () => {
    expect(readEnvironment({ PORT: "", MONGODB_URL: "", ADMIN_PASSWORD: "" })).toEqual(readEnvironment({}));
  });

  test.each([
    ["an absolute path", { DATA_DIR: "/srv/firstline" }, { DATA_DIR: "/srv/firstline" }],
    ["a path in the project", { CONFIG: "mine.yaml" }, { CONFIG: join(projectRoot, "mine.yaml") }],
    ["any free port", { PORT: "0" }, { PORT: 0 }],
    [
      "a replica set",
      { MONGODB_URL: "mongodb://a:1,b:2/db?replicaSet=r" },
      { MONGODB_URL: "mongodb://a:1,b:2/db?replicaSet=r" },
    ],
    ["a MongoDB by its DNS name", { MONGODB_URL: "mongodb+srv://u:p@h" }, { MONGODB_URL: "mongodb+srv://u:p@h" }],
    ["a Redis over TLS", { REDIS_URL: "rediss://:p@h:6380/1" }, { REDIS_URL: "rediss://:p@h:6380/1" }],
  ])("takes %s", (_, env, expected) => {
    expect(readEnvironment(env)).toMatchObject({ faults: [], environment: expected });
  });

  test.each([
    ["a port that is no number", { PORT: "http" }, "PORT"],
    ["a port beyond 65535", { PORT: "70000" }, "PORT"],
    ["a MongoDB address of another scheme", { MONGODB_URL: "postgres://h" }, "MONGODB_URL"],
    ["a Redis address without a host", { REDIS_URL: "redis://" }, "REDIS_URL"],
    ["a password that is soon guessed", { ADMIN_PASSWORD: "admin" }, "ADMIN_PASSWORD"],
    ["an admin without an address", { ADMIN_EMAIL: "admin" }, "ADMIN_EMAIL"],
    ["a log level that is none", { LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  ])("finds fault with %s, and goes on with the default", (_, env, name) => {
    const { environment, faults } = readEnvironment(env);
    expect(faults.map(({ path }) => path)).toEqual([[name]]);
    expect(environment.PORT).toBe(3_000);
  });
});
