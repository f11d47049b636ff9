import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../../src/errors.ts";

/** A line break would let one field pass for two in the signed string. */
const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^\P{Cc}*$/u);

/** What a site's own server says of the person who is logged in there. */
export const identitySchema = z.strictObject({
  userId: line(200).min(1),
  email: line(320).default(""),
  name: line(200).default(""),
  /** Seconds since 1970. */
  expires: z.int().min(0),
  hmac: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Identity = z.infer<typeof identitySchema>;

/** Returns when the identity is proven and current; throws Refusal `identity_invalid` or `identity_expired`. */
export function proveIdentity(identity: Identity, identitySecret: string | undefined, now: Date): void {
  if (!identitySecret)
    throw new Refusal("identity_invalid", "This inbox has no identitySecret to prove anyone by.", 403);
  const expected = Buffer.from(signatureOf(identity, identitySecret), "hex");
  if (!timingSafeEqual(expected, Buffer.from(identity.hmac, "hex"))) {
    throw new Refusal("identity_invalid", "The signature does not belong to this identity.", 403);
  }
  if (identity.expires * 1000 <= now.getTime()) {
    throw new Refusal("identity_expired", "This identity has expired: ask the site for a new one.", 403);
  }
}

/** HMAC-SHA256, as the site's server makes it, over: user id, e-mail, name and expiry, one a line, absent ones empty. */
function signatureOf({ userId, email, name, expires }: Identity, identitySecret: string): string {
  return createHmac("sha256", identitySecret).update([userId, email, name, expires].join("\n"), "utf8").digest("hex");
}
