import { parseCookie, stringifySetCookie } from "cookie";
import type { Store } from "../store.ts";
import type { Agent } from "../types.ts";
import { digest, newToken } from "./secrets.ts";

/** Idle for longer than a night's sleep: sign in again. */
const IDLE_MS = 12 * 60 * 60 * 1000;
/** However busy: a stolen cookie does not work for ever. */
const LONGEST_MS = 30 * 24 * 60 * 60 * 1000;
/** An expiry is moved on when at least this much of it is used up, so that most requests write nothing. */
const RENEW_AFTER_MS = 10 * 60 * 1000;
const COOKIE = "firstline_session";

/** Starts a session and answers its token, which is stored hashed. */
export async function startSession(store: Store, agent: Agent): Promise<string> {
  const token = newToken();
  const now = Date.now();
  await store.sessions.insertOne({
    _id: digest(token),
    agent: agent._id,
    createdAt: new Date(now),
    expiresAt: new Date(now + IDLE_MS),
  });
  return token;
}

/** The agent whose living session this is, or null. Using a session keeps it alive. */
export async function sessionAgent(store: Store, token: string): Promise<Agent | null> {
  const now = Date.now();
  const session = await store.sessions.findOne({ _id: digest(token), expiresAt: { $gt: new Date(now) } });
  if (!session) return null;
  const expiresAt = Math.min(now + IDLE_MS, session.createdAt.getTime() + LONGEST_MS);
  if (expiresAt - session.expiresAt.getTime() > RENEW_AFTER_MS)
    await store.sessions.updateOne({ _id: session._id }, { $set: { expiresAt: new Date(expiresAt) } });
  return store.agents.findOne({ _id: session.agent, disabled: { $ne: true } });
}

/** Ends one session, at once and for all processes. */
export async function endSession(store: Store, token: string): Promise<void> {
  await store.sessions.deleteOne({ _id: digest(token) });
}

/** The Set-Cookie header that hands a session to a browser; without a token, takes it away. */
export function sessionCookie(token: string | null, secure: boolean): string {
  return stringifySetCookie(COOKIE, token ?? "", {
    httpOnly: true,
    sameSite: "strict",
    path: "/",
    secure,
    maxAge: token === null ? 0 : LONGEST_MS / 1000,
  });
}

/** The session token in a Cookie header. */
export function tokenInCookie(header: string | undefined): string | undefined {
  return header === undefined ? undefined : parseCookie(header)[COOKIE] || undefined;
}
