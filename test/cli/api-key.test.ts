import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyAgent } from "../../src/agents/keys.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { run } from "./run.ts";

let database: Database;
const apiKey = (...args: string[]) => run("api-key", args, { MONGODB_URL: database.mongodbUrl });

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

test("create prints the key and nothing else, so that a script can take it; it works at once", async () => {
  const { code, out, err } = await apiKey("create", "crm");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^fl_[\w-]{43}\n$/);
  expect(await keyAgent(database.store, out.trim())).toMatchObject({ name: "crm", queues: ["support"] });
});

test("create says so when the name is taken, and prints nothing that a script could take for a key", async () => {
  await apiKey("create", "taken");
  const { code, out, err } = await apiKey("create", "taken");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("There is a key named “taken” already");
});

test("list shows names and never keys; revoke ends one at once", async () => {
  const made = (await apiKey("create", "bot")).out.trim();
  const listed = await apiKey("list");
  expect(listed.out).toMatch(/^bot\tmade 20\d\d-.*\tnever used$/m);
  expect(listed.out).not.toContain("fl_");
  expect((await apiKey("revoke", "bot")).code).toBe(0);
  expect(await keyAgent(database.store, made)).toBeNull();
  expect(await apiKey("revoke", "bot")).toMatchObject({ code: 1, err: expect.stringContaining("no key named “bot”") });
});

test("what is not understood shows how it is used", async () => {
  for (const args of [[], ["make", "x"], ["create"], ["revoke", " "]]) {
    const { code, out, err } = await apiKey(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("npm run --silent api-key -- create NAME");
  }
});

test("beside a gateway with stores of its own, its data folder is all one needs to name", async () => {
  const name = `beside ${randomUUID()}`;
  const env = { DATA_DIR: join(process.env.TEST_FOLDER ?? "", "stores") };
  expect(await run("api-key", ["create", name], env)).toMatchObject({ code: 0, out: expect.stringMatching(/^fl_/) });
  expect((await run("api-key", ["list"], env)).out).toContain(name);
  expect((await run("api-key", ["revoke", name], env)).code).toBe(0);
});

test("without a gateway it says what to do, in one line", async () => {
  const none = await run("api-key", ["list"], { DATA_DIR: join(process.env.TEST_FOLDER ?? "", "nothing") });
  expect(none).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/^No gateway runs on .*npm start.*\n$/) });
  const away = await run("api-key", ["list"], { MONGODB_URL: "mongodb://user:secret@127.0.0.1:9/x" });
  expect(away).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/^MongoDB at .* does not answer.*\n$/) });
  expect(away.err).not.toContain("secret");
});
