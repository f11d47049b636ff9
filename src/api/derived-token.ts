import { createHmac } from "node:crypto";
import type { Caller } from "../agents/credentials.ts";

/**
 * A token that a repeat of the same request makes again, so that no secret needs to be stored to be answered twice. Made
 * from the caller's own credential, which we do not have either: nobody else can make it.
 */
export function derivedToken(caller: Caller, clientId: string): string {
  return createHmac("sha256", caller.credential).update(clientId).digest("base64url");
}
