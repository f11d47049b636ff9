import { createHmac, randomBytes } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { Refusal } from "../../src/errors.ts";
import { type Identity, identitySchema, proveIdentity } from "./identity.ts";
import type { WebchatInbox } from "./schema.ts";

/** Renewed at every connect: who comes back within a year finds their conversation. */
const ANONYMOUS_TOKEN = "365 days";
/** Only good for files while the page is open: to connect, the site proves the person again. */
const VERIFIED_TOKEN = "1 day";
const ISSUER = "firstline/webchat";
/** 128 bits: nobody meets another's id by trying. */
const ID_BYTES = 16;

export interface Visitor {
  /** `v-…` anonymous, `u-…` proven by the site. */
  id: string;
  inbox: string;
  user?: { id: string; email?: string; name?: string };
}

/** Whoever may connect, and in which language and time zone they live. */
export interface Admission {
  visitor: Visitor;
  language?: string;
  timeZone?: string;
}

const authSchema = z.object({
  inbox: z.string().max(100),
  token: z.string().max(4_000).nullish(),
  identity: identitySchema.nullish(),
  language: z.string().max(35).nullish(),
  timeZone: z.string().max(64).nullish(),
});

/** Decides who connects with this handshake; rejects with Refusal, never by trusting an id that the client names. */
export async function admit(
  auth: unknown,
  inboxes: Map<string, WebchatInbox>,
  secret: Uint8Array,
  now = new Date(),
): Promise<Admission> {
  const parsed = authSchema.safeParse(auth);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Refusal("invalid", `auth ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { inbox, token, identity, language, timeZone } = parsed.data;
  const settings = inboxes.get(inbox);
  if (!settings) throw new Refusal("unknown_inbox", `There is no web chat called “${inbox}” here.`, 404);
  const known = token ? await readToken(token, secret) : undefined;
  if (known && known.inbox !== inbox) throw new Refusal("token_invalid", "This token belongs to another inbox.", 403);
  if (identity) proveIdentity(identity, settings.identitySecret, now);
  const visitor = identity ? userOf(inbox, identity, secret) : (known ?? anonymous(inbox));
  if (visitor.user && !identity) {
    // A shared computer: whoever logged out at the site leaves their token behind, and nobody else may read by it.
    throw new Refusal("identity_required", "This token needs its person to be logged in at the site.", 403);
  }
  const admission: Admission = { visitor };
  const tag = canonicalLanguage(language);
  if (tag) admission.language = tag;
  if (timeZone && isTimeZone(timeZone)) admission.timeZone = timeZone;
  return admission;
}

/** A token by which this visitor is known again. */
export async function issueToken(visitor: Visitor, secret: Uint8Array): Promise<string> {
  return await new SignJWT(visitor.user ? { user: visitor.user } : {})
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(ISSUER)
    .setAudience(visitor.inbox)
    .setSubject(visitor.id)
    .setIssuedAt()
    .setExpirationTime(visitor.user ? VERIFIED_TOKEN : ANONYMOUS_TOKEN)
    .sign(secret);
}

const claims = z.object({
  sub: z.string(),
  aud: z.string(),
  user: z.object({ id: z.string(), email: z.string().optional(), name: z.string().optional() }).optional(),
});

/** Whom the token names; rejects with Refusal `token_expired` or `token_invalid`, after which a client drops it. */
export async function readToken(token: string, secret: Uint8Array): Promise<Visitor> {
  try {
    const { payload } = await jwtVerify(token, secret, { algorithms: ["HS256"], issuer: ISSUER });
    const { sub, aud, user } = claims.parse(payload);
    return { id: sub, inbox: aud, ...(user && { user: present(user) }) };
  } catch (fault) {
    if (fault instanceof errors.JWTExpired) throw new Refusal("token_expired", "This token has expired.", 401);
    throw new Refusal("token_invalid", "This token was not issued here.", 401);
  }
}

function anonymous(inbox: string): Visitor {
  return { id: `v-${randomBytes(ID_BYTES).toString("base64url")}`, inbox };
}

/** The same person is the same visitor on each device, and never the anonymous one who sat there before. */
function userOf(inbox: string, identity: Identity, secret: Uint8Array): Visitor {
  const digest = createHmac("sha256", secret).update(`visitor\n${inbox}\n${identity.userId}`, "utf8").digest();
  return {
    id: `u-${digest.subarray(0, ID_BYTES).toString("base64url")}`,
    inbox,
    user: present({ id: identity.userId, email: identity.email || undefined, name: identity.name || undefined }),
  };
}

function present(user: {
  id: string;
  email?: string | undefined;
  name?: string | undefined;
}): NonNullable<Visitor["user"]> {
  return { id: user.id, ...(user.email && { email: user.email }), ...(user.name && { name: user.name }) };
}

function canonicalLanguage(language: string | null | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(language ?? [])[0];
  } catch {
    return undefined;
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false;
  }
}
