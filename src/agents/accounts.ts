import { isDuplicateKey } from "../../adapters/mongo.ts";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Agent } from "../types.ts";
import { newAgent } from "./new-agent.ts";
import { emailAddress } from "./sign-in.ts";

type Session = Parameters<Parameters<Store["transaction"]>[0]>[0];

/** What an admin decides about an agent. */
export type Terms = Partial<Pick<Agent, "name" | "roles" | "tier" | "queues" | "languages" | "capacity">>;

/**
 * Creates a person who cannot sign in before they followed a one-time link. The same `id` and e-mail address again
 * answer the person there is; rejects with Refusal `email_taken` when the address is somebody else's.
 */
export async function createPerson(
  store: Store,
  { id, email, ...terms }: Terms & { id: string; name: string; email: string },
): Promise<Agent> {
  const person = newAgent({
    roles: ["agent"],
    queues: [],
    available: true,
    ...terms,
    _id: id,
    email: emailAddress(email),
    kind: "person",
  });
  try {
    await store.agents.insertOne(person);
    return person;
  } catch (fault) {
    if (!isDuplicateKey(fault)) throw fault;
    const known = await store.agents.findOne({ _id: id });
    if (known) return known;
    throw new Refusal("email_taken", `${person.email} belongs to another agent already.`, 409);
  }
}

/**
 * Changes an agent; null for no such agent. Disabling ends their sessions, keys and links at once.
 * Rejects with Refusal `last_admin` rather than leave nobody who can sign in as admin.
 */
export async function updateAgent(
  store: Store,
  id: string,
  { disabled, ...terms }: Terms & { disabled?: boolean },
): Promise<Agent | null> {
  return store.transaction(async (session) => {
    const before = await store.agents.findOne({ _id: id }, { session });
    if (!before) return null;
    if (isAdmin(before) && (disabled || (terms.roles && !terms.roles.includes("admin"))))
      await keepOneAdmin(store, id, session);
    if (disabled) await endAccess(store, id, session);
    return store.agents.findOneAndUpdate(
      { _id: id },
      {
        $set: { ...terms, ...(disabled && { disabled: true, available: false }) },
        ...(disabled === false && { $unset: { disabled: true } }),
        $inc: { version: 1 },
      },
      { session, returnDocument: "after" },
    );
  });
}

/** Whether this agent can sign in as an admin now. */
export function isAdmin(agent: Agent): boolean {
  return agent.roles.includes("admin") && !agent.disabled && agent.passwordHash !== undefined;
}

/** Two admins who remove each other at the same moment meet at one document, so that one of them is refused. */
async function keepOneAdmin(store: Store, leaving: string, session: Session): Promise<void> {
  await store.counters.updateOne({ _id: "admins" }, { $inc: { next: 1 } }, { session, upsert: true });
  const other = await store.agents.findOne(
    { _id: { $ne: leaving }, roles: "admin", disabled: { $ne: true }, passwordHash: { $exists: true } },
    { session },
  );
  if (!other)
    throw new Refusal("last_admin", "This is the last admin who can sign in. Make somebody else an admin first.", 409);
}

async function endAccess(store: Store, agent: string, session: Session): Promise<void> {
  await store.sessions.deleteMany({ agent }, { session });
  await store.keys.deleteMany({ agent }, { session });
  await store.invitations.deleteMany({ agent }, { session });
}
