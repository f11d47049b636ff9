/**
 * What a fresh machine lacks: a MongoDB, a Redis and a browser. Each is looked for where the operator named it, on PATH,
 * in the user's cache, and fetched only then, from a source whose checksum we know or verify. Needs neither root nor Docker.
 */
export { type Browser, findBrowser } from "./browser.ts";
export { type FoundStores, findStores } from "./records.ts";
export type { StoreChange } from "./store-process.ts";
export { type StoreOptions, type Stores, startStores } from "./stores.ts";
