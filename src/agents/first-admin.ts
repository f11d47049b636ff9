import { isDuplicateKey } from "../../adapters/mongo.ts";
import { StartFault } from "../errors.ts";
import type { Store } from "../store.ts";
import { isAdmin } from "./accounts.ts";
import { newAgent } from "./new-agent.ts";
import { hashPassword } from "./passwords.ts";
import { newId, newToken } from "./secrets.ts";
import { emailAddress } from "./sign-in.ts";

const NOBODY_SAID = "admin@localhost";
/** Six characters each: fine to read aloud, and 108 bits. */
const PASSWORD_GROUPS = 3;

export interface FirstAdmin {
  email: string;
  /** Only when it was made up just now: it is shown once, and stored hashed. */
  password?: string;
}

/**
 * Makes sure that somebody can sign in as admin, who is an agent of every queue too. Called at each start.
 *
 * ADMIN_EMAIL and ADMIN_PASSWORD never change an account that exists: a password set in the console is not set back by a
 * restart. Who is locked out starts once with a new ADMIN_EMAIL and an ADMIN_PASSWORD, which adds another admin.
 */
export async function ensureFirstAdmin(
  store: Store,
  wanted: { email?: string | undefined; password?: string | undefined; queues: string[]; languages?: string[] },
): Promise<FirstAdmin> {
  const email = emailAddress(wanted.email || NOBODY_SAID);
  const present = await store.agents
    .find({ roles: "admin", disabled: { $ne: true }, passwordHash: { $exists: true } })
    .sort({ createdAt: 1 })
    .toArray();
  const same = present.find((agent) => agent.email === email);
  if (same) return { email };
  const [first] = present;
  const asked = wanted.email && wanted.password;
  if (first?.email && (!asked || (await store.agents.findOne({ email })))) return { email: first.email };
  return create(store, email, wanted);
}

async function create(
  store: Store,
  email: string,
  wanted: { password?: string | undefined; queues: string[]; languages?: string[] },
): Promise<FirstAdmin> {
  const made = wanted.password ? undefined : readable(newToken());
  const passwordHash = await hashPassword(wanted.password || (made ?? ""), { email }).catch((fault: Error) => {
    throw new StartFault(`ADMIN_PASSWORD cannot be used. ${fault.message}`);
  });
  const { queues, languages = [] } = wanted;
  const admin = newAgent({
    _id: newId(`admin ${email}`),
    email,
    name: nameIn(email),
    kind: "person",
    roles: ["admin", "agent"],
    queues,
    languages,
    available: true,
    passwordHash,
  });
  try {
    await store.agents.insertOne(admin);
  } catch (fault) {
    if (!isDuplicateKey(fault)) throw fault;
    return adopt(store, email, passwordHash, made);
  }
  return { email, ...(made && { password: made }) };
}

/** The address is taken: by another process that starts beside this one, or by somebody who never was an admin. */
async function adopt(store: Store, email: string, passwordHash: string, made?: string): Promise<FirstAdmin> {
  const known = await store.agents.findOne({ email });
  if (known && isAdmin(known)) return { email };
  await store.agents.updateOne(
    { email },
    { $set: { passwordHash, roles: ["admin", "agent"] }, $unset: { disabled: true }, $inc: { version: 1 } },
  );
  return { email, ...(made && { password: made }) };
}

function readable(token: string): string {
  return (
    token
      .replace(/[-_]/g, "")
      .slice(0, PASSWORD_GROUPS * 6)
      .match(/.{6}/g) ?? []
  ).join("-");
}

function nameIn(email: string): string {
  const [local = email] = email.split("@");
  return local.charAt(0).toUpperCase() + local.slice(1);
}
