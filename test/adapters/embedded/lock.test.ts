import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { holderOf, lockData } from "../../../adapters/embedded/lock.ts";
import { isRunning, nameProcess } from "../../../adapters/embedded/process-identity.ts";
import { startProcess } from "../../support/processes.ts";

let dataDir: string;
let path: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "firstline-lock-"));
  path = join(dataDir, "gateway.lock");
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe("the lock of a data folder", () => {
  test("is held by one, who is told to the others, until it is given back", () => {
    const giveBack = lockData(dataDir, "http://127.0.0.1:3000");
    expect(holderOf(dataDir)).toMatchObject({ pid: process.pid, address: "http://127.0.0.1:3000" });
    expect(() => lockData(dataDir, "")).toThrow(/process \d+, at http:\/\/127\.0\.0\.1:3000.*DATA_DIR/);
    giveBack();
    expect(holderOf(dataDir)).toBeUndefined();
    lockData(dataDir, "")();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test("is taken over from a process that is gone", async () => {
    const other = startProcess(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { env: {} });
    const name = nameProcess(other.pid);
    hold({ ...name });
    expect(() => lockData(dataDir, "")).toThrow(`process ${other.pid}`);
    await other.kill();
    expect(isRunning(name)).toBe(false);
    lockData(dataDir, "")();
  });

  test("is taken over when another process has the number of its holder now", () => {
    hold({ pid: process.pid, started: "another boot/1" });
    expect(holderOf(dataDir)).toBeUndefined();
    lockData(dataDir, "")();
  });

  test("is taken over when its file is damaged", () => {
    writeFileSync(path, "");
    lockData(dataDir, "")();
  });

  test("is not given back by one who lost it", () => {
    const giveBack = lockData(dataDir, "");
    const others = { ...nameProcess(process.ppid), address: "", since: "" };
    hold(others);
    giveBack();
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(others);
  });
});

function hold(holder: object): void {
  writeFileSync(path, JSON.stringify({ address: "", since: "", ...holder }));
}
