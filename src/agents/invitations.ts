import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Agent } from "../types.ts";
import { hashPassword } from "./passwords.ts";
import { digest, newToken } from "./secrets.ts";

/** Long enough for a weekend's mail, short enough that a forgotten link is no way in. */
const VALID_MS = 48 * 60 * 60 * 1000;

/**
 * Answers the token of a one-time link with which this person sets a password; an earlier link of theirs ends.
 * A repeat with the same `token` changes nothing. Rejects with Refusal for programs and disabled agents.
 */
export async function invite(store: Store, agent: Agent, token = newToken()): Promise<string> {
  if (agent.kind === "program") throw new Refusal("not_a_person", "A program signs in by key, not by password.", 409);
  if (agent.disabled) throw new Refusal("disabled", `${agent.name} is disabled. Enable the agent first.`, 409);
  const _id = digest(token);
  await store.transaction(async (session) => {
    await store.invitations.deleteMany({ agent: agent._id, _id: { $ne: _id } }, { session });
    await store.invitations.updateOne(
      { _id },
      { $setOnInsert: { agent: agent._id, expiresAt: new Date(Date.now() + VALID_MS) } },
      { session, upsert: true },
    );
  });
  return token;
}

/** Whom a link is for; rejects with Refusal `link_used` when it is used up, expired or made up. */
export async function invited(store: Store, token: string): Promise<Agent> {
  const invitation = await store.invitations.findOne({ _id: digest(token), expiresAt: { $gt: new Date() } });
  const agent = invitation && (await store.agents.findOne({ _id: invitation.agent, disabled: { $ne: true } }));
  if (!agent) throw used();
  return agent;
}

/** Uses a link up: sets the password and ends all earlier sessions. Rejects with Refusal as `invited` and `hashPassword` do. */
export async function acceptInvitation(store: Store, token: string, password: string): Promise<Agent> {
  const passwordHash = await hashPassword(password, await invited(store, token));
  return store.transaction(async (session) => {
    const invitation = await store.invitations.findOneAndDelete(
      { _id: digest(token), expiresAt: { $gt: new Date() } },
      { session },
    );
    if (!invitation) throw used();
    await store.sessions.deleteMany({ agent: invitation.agent }, { session });
    const agent = await store.agents.findOneAndUpdate(
      { _id: invitation.agent, disabled: { $ne: true } },
      { $set: { passwordHash }, $inc: { version: 1 } },
      { session, returnDocument: "after" },
    );
    if (!agent) throw used();
    return agent;
  });
}

function used(): Refusal {
  return new Refusal(
    "link_used",
    "This link was used already, or is older than 48 hours. If you used it, sign in; else ask your admin for another.",
    410,
  );
}
