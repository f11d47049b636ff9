import { randomBytes } from "node:crypto";
import { connectMongo } from "../../adapters/mongo.ts";
import { openStore, type Store } from "../../src/store.ts";

/** A database of one's own on the run's MongoDB; its name keeps its keys in Redis apart as well. */
export interface Database {
  name: string;
  mongodbUrl: string;
  redisUrl: string;
  store: Store;
  /** Another connection, as another process would have. */
  connect(): Promise<Store>;
  close(): Promise<void>;
}

/** Opens a new, empty database, on the run's stores where no others are named; close it when the file is done. */
export async function openDatabase(
  stores: { mongodbUrl: string; redisUrl: string } = storesOfRun(),
): Promise<Database> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const mongodbUrl = Object.assign(new URL(stores.mongodbUrl), { pathname: name }).href;
  const opened: { close(): Promise<void> }[] = [];
  const connect = async () => {
    const mongo = await connectMongo(mongodbUrl);
    opened.push(mongo);
    return openStore(mongo);
  };
  const store = await connect();
  return {
    name,
    mongodbUrl,
    redisUrl: stores.redisUrl,
    store,
    connect,
    async close() {
      await store.db.dropDatabase();
      await Promise.all(opened.map((mongo) => mongo.close()));
    },
  };
}

function storesOfRun() {
  return { mongodbUrl: required("TEST_MONGODB_URL"), redisUrl: required("TEST_REDIS_URL") };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests through npm test, or jest with test/jest.config.mjs`);
  return value;
}
