import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connectMongo, endAbandonedTransactions, type Mongo } from "../../adapters/mongo.ts";
import { type Database, openDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";

let database: Database;
let mongo: Mongo;

beforeAll(async () => {
  database = await openDatabase();
  mongo = await connectMongo(database.mongodbUrl);
});

afterAll(async () => {
  await mongo.close();
  await database.close();
});

test("what the transaction of a killed process holds is free again within seconds", async () => {
  const things = mongo.db.collection<{ _id: string; by: string }>("things");
  await things.insertOne({ _id: "one", by: "nobody" });
  const abandoned = mongo.client.startSession();
  abandoned.startTransaction();
  await things.updateOne({ _id: "one" }, { $set: { by: "the dead" } }, { session: abandoned });

  await eventually(async () => {
    expect(await endAbandonedTransactions(mongo.client)).toBeGreaterThan(0);
  });
  await things.updateOne({ _id: "one" }, { $set: { by: "the living" } });
  expect(await things.findOne({ _id: "one" })).toEqual({ _id: "one", by: "the living" });
  await expect(abandoned.commitTransaction()).rejects.toThrow();
  await abandoned.endSession();
});

test("a transaction that is at work is left alone", async () => {
  const things = mongo.db.collection<{ _id: string; by: string }>("things");
  await mongo.client.withSession((session) =>
    session.withTransaction(async () => {
      await things.insertOne({ _id: "two", by: "us" }, { session });
      await endAbandonedTransactions(mongo.client);
    }),
  );
  expect(await things.findOne({ _id: "two" })).toEqual({ _id: "two", by: "us" });
});
