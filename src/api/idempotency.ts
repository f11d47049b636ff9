import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { isDuplicateKey } from "../../adapters/mongo.ts";
import type { Caller } from "../agents/credentials.ts";
import { digest } from "../agents/secrets.ts";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import { Invalid } from "./problem.ts";

/** How long a key stands for one request. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** What an Idempotency-Key may be: it becomes part of an id. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "has 1 to 200 visible ASCII characters, without spaces")
  .describe("The same key again within 24 hours is the same request again: it creates nothing twice.");

/** The request's Idempotency-Key, if any; rejects a malformed one. */
export function idempotencyKeyOf(request: IncomingMessage): string | undefined {
  const given = request.headers["idempotency-key"];
  if (given === undefined) return undefined;
  const { success, data, error } = IdempotencyKey.safeParse(given);
  if (!success) throw new Invalid("Idempotency-Key", error);
  return data;
}

/**
 * Runs `work` for a POST under its key. Nothing of the answer is stored, since some answers are secrets: a repeat runs the
 * handler again, whose documents have ids made from the key, so that it finds what it made. The same key with another
 * request is refused, by whichever of the two came second.
 */
export async function once<T>(
  store: Store,
  caller: Caller,
  key: string,
  request: { method: string; url: string; body: unknown },
  work: () => Promise<T>,
): Promise<T> {
  const { requests } = store;
  const _id = digest(`${caller.agent._id} ${key}`);
  const hash = digest(JSON.stringify([request.method, request.url, request.body]));
  try {
    await requests.insertOne({ _id, hash, expiresAt: new Date(Date.now() + KEPT_MS) });
  } catch (fault) {
    if (!isDuplicateKey(fault)) throw fault;
    const first = await requests.findOne({ _id });
    if (first && first.hash !== hash)
      throw new Refusal(
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request. Take a new one.",
        422,
      );
    return work();
  }
  try {
    return await work();
  } catch (fault) {
    // A refused request made nothing: its key may be used for the corrected one.
    if (fault instanceof Refusal && fault.status < 500) await requests.deleteOne({ _id, hash });
    throw fault;
  }
}
