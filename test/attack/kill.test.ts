import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { roomy } from "../support/config.ts";
import { crowd, expectKept } from "../support/crowd.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";

const KILLS = 3;
const CUSTOMERS = 10;
const MESSAGES = 40;

let database: Database;
let gateway: Gateway;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await gateway.stop();
  await database.close();
});

test("killed again and again while customers write, the gateway loses nothing it accepted and doubles nothing", async () => {
  const start = () => startGateway({ config: roomy(), database });
  gateway = await start();
  const people = crowd(CUSTOMERS, () => gateway);
  let writing = true;
  const written = people.write(MESSAGES).finally(() => {
    writing = false;
  });
  let kills = 0;
  for (; kills < KILLS; kills++) {
    const before = await database.store.messages.countDocuments({ kind: "inbound" });
    await eventually(async () => {
      expect((await database.store.messages.countDocuments({ kind: "inbound" })) > before + 40 || !writing).toBe(true);
    });
    if (!writing) break;
    await gateway.kill();
    gateway = await start();
  }
  await written;
  expect(kills).toBeGreaterThan(1);
  await expectKept(database.store, people);
}, 120_000);
