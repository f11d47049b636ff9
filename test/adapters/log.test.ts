import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openLog } from "../../adapters/log.ts";
import type { Log } from "../../src/types.ts";

let folder: string;
let file: string;
let log: Log;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstline-log-"));
  file = join(folder, "log");
  log = openLog("info", file);
});
afterAll(() => rmSync(folder, { recursive: true }));

const lastLine = () => JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "");

test("hides words and secrets at every depth, in details and in what a child is bound to", () => {
  log
    .child({ inbox: "website", token: "t-secret" })
    .info({ id: "m1", text: "my words", deep: { list: [{ deeper: { raw: "my words" } }, { hmac: "s" }] } }, "received");
  expect(lastLine()).toMatchObject({ level: "info", inbox: "website", id: "m1", msg: "received", token: "[redacted]" });
  expect(readFileSync(file, "utf8")).not.toMatch(/my words|t-secret/);
});

test("says of a fault its name, message, code and stack, and nothing that it carries", () => {
  const fault = Object.assign(new TypeError("it broke"), { code: "EBROKEN", body: { text: "my words" } });
  log.error({ fault }, "failed");
  expect(lastLine().fault).toEqual({ name: "TypeError", message: "it broke", code: "EBROKEN", stack: fault.stack });
});

test("says no more than the message of a fault that is none", () => {
  log.error({ fault: "broken" }, "failed");
  expect(lastLine().fault).toEqual({ message: "broken" });
});
