import { randomBytes } from "node:crypto";
import type { Store } from "./store.ts";

/** A secret of this installation, made at its first start and the same for all its processes. 256 bits. */
export async function installationSecret(store: Store, name: string): Promise<Uint8Array> {
  const made = randomBytes(32).toString("base64url");
  const kept = await store.secrets.findOneAndUpdate(
    { _id: name },
    { $setOnInsert: { value: made } },
    { upsert: true, returnDocument: "after" },
  );
  return Buffer.from(kept?.value ?? made, "base64url");
}
