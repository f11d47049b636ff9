import type { IncomingHttpHeaders } from "node:http";
import type { Store } from "../store.ts";
import type { Agent } from "../types.ts";
import { keyAgent } from "./keys.ts";
import { sessionAgent, tokenInCookie } from "./sessions.ts";

/** Who calls, and what they showed for it. */
export interface Caller {
  agent: Agent;
  by: "session" | "key";
  /** The session token or the key itself: never log or store it. */
  credential: string;
}

/**
 * Tells who calls from `Authorization: Bearer KEY`, else from the session cookie; null when neither is good now.
 * The same for HTTP and for a socket's handshake; a long-lived connection asks again from time to time.
 */
export async function authenticate(store: Store, headers: IncomingHttpHeaders, key?: string): Promise<Caller | null> {
  const bearer = key ?? bearerIn(headers.authorization);
  if (bearer !== undefined) {
    const agent = await keyAgent(store, bearer);
    return agent && { agent, by: "key", credential: bearer };
  }
  const token = tokenInCookie(headers.cookie);
  const agent = token === undefined ? null : await sessionAgent(store, token);
  return agent && token !== undefined ? { agent, by: "session", credential: token } : null;
}

/** A header that is no Bearer header is a wrong key, not an invitation to try the cookie. */
function bearerIn(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(header)?.[1] ?? "");
}
