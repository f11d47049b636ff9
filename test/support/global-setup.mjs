import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Jest transforms no ES module that it calls before the tests: so the built one. */
const EMBEDDED = new URL("../../dist/adapters/embedded/index.js", import.meta.url);

/** Starts one real MongoDB and one real Redis for the run; every test file gets a database of its own on them. */
export default async function start() {
  if (!existsSync(EMBEDDED)) throw new Error("the gateway is not built: run npm run build, or the tests by npm test");
  const { startStores } = await import(EMBEDDED.href);
  const folder = mkdtempSync(join(tmpdir(), "firstline-test-"));
  const stores = await startStores({
    dataDir: join(folder, "stores"),
    environment: process.env,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  Object.assign(process.env, {
    TEST_MONGODB_URL: stores.mongodbUrl,
    TEST_REDIS_URL: stores.redisUrl,
    TEST_FOLDER: folder,
  });
  globalThis.testRun = { folder, stores };
}
