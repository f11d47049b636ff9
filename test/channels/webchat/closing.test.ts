import { expect, test } from "@jest/globals";
import { roomy } from "../../support/config.ts";
import { openDatabase } from "../../support/database.ts";
import { startGateway } from "../../support/gateway.ts";
import { visitor } from "../../support/visitor.ts";

const IN_FLIGHT = 200;

test("a gateway that stops answers what it has stored, and stores what it has said yes to", async () => {
  const database = await openDatabase();
  const gateway = await startGateway({ config: roomy(), database });
  const one = await visitor(gateway);
  const answers = Array.from({ length: IN_FLIGHT }, (_, index) => one.send(`message ${index}`).catch(() => null));
  await answers[0];
  expect(await gateway.stop()).toBe(0);
  const accepted = (await Promise.all(answers)).filter((answer) => answer?.ok);
  expect(accepted.length).toBeGreaterThan(0);
  const stored = await database.store.messages.distinct("_id", { kind: "inbound" });
  expect(stored.sort()).toEqual(accepted.map((answer) => answer?.id as string).sort());
  one.close();
  await database.close();
});
