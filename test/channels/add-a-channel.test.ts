import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { channels as ours } from "../../channels/index.ts";
import { loadConfig } from "../../config/index.ts";
import { StartFault } from "../../src/errors.ts";
import { type Gateway, startGateway } from "../../src/gateway.ts";
import { acknowledgementFrom, settingsFrom } from "../../src/settings.ts";
import { flown, pigeon } from "../fixtures/pigeon/index.ts";
import { testCore } from "../support/core.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

// The one line: everything else is the channel's own folder.
const channels = [...ours, pigeon];

const folder = mkdtempSync(join(tmpdir(), "firstline-config-"));
let database: Database;
let gateway: Gateway;

function configured(inbox: string) {
  const file = join(folder, "config.yaml");
  writeFileSync(file, `inboxes:\n  loft: ${inbox}\n`);
  return loadConfig({ CONFIG: file }, channels).config;
}

beforeAll(async () => {
  database = await openDatabase();
  const config = configured("{ channel: pigeon, name: The loft, tower: north }");
  const now = () => new Date();
  gateway = await startGateway({
    roles: ["web", "worker"],
    stores: database,
    log: testCore(database.store).log,
    now,
    channels,
    inboxes: config.inboxes,
    settings: settingsFrom(config),
    acknowledgement: acknowledgementFrom(config, now),
    configuration: config.public,
    publicUrl: config.publicUrl,
    trustedProxies: [],
    fileBytes: config.limits.fileSize,
    port: 0,
    host: "127.0.0.1",
    admin: { email: undefined, password: undefined },
  });
});
afterAll(async () => {
  await gateway.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

const post = (body: object) =>
  fetch(`http://127.0.0.1:${gateway.port}/channels/pigeon/loft`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a channel is one folder and one line: its messages become tickets, and answers leave through it", async () => {
  const letter = { ring: "BE-2026-1", loft: "Ghent", text: "The corn was mouldy." };
  expect((await post(letter)).status).toBe(204);
  expect((await post(letter)).status).toBe(204);
  await eventually(() => expect(flown).toHaveLength(1));
  const tickets = await database.store.tickets.find().toArray();
  expect(tickets).toMatchObject([
    { channel: "pigeon", inbox: "loft", subject: "The corn was mouldy.", queue: "support" },
  ]);
  expect(flown).toEqual([{ to: "Ghent", text: expect.stringContaining(String(tickets[0]?.number)) }]);
});

test("what its parse does not understand is refused, and nothing is written", async () => {
  const before = await database.store.messages.countDocuments();
  expect((await post({ ring: "BE-2026-2", text: 7 })).status).toBe(400);
  expect(await database.store.messages.countDocuments()).toBe(before);
});

test("its inbox's settings are checked by its own schema", () => {
  expect(() => configured("{ channel: pigeon, towr: north }")).toThrow(StartFault);
  expect(() => configured("{ channel: pigeon, towr: north }")).toThrow(/inboxes\.loft/);
});
