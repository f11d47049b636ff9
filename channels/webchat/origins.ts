import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "../../src/errors.ts";
import type { WebchatInbox } from "./schema.ts";

/** Whether a page of this origin may use the inbox: any, unless the inbox lists some; our own pages always. */
export function originAllowed(inbox: WebchatInbox, headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  // Programs send no Origin: what protects a conversation is its token, this only keeps other sites' pages away.
  if (!origin || !inbox.allowedOrigins || inbox.allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Throws Refusal `origin_not_allowed` where `originAllowed` says no. */
export function requireOrigin(inbox: WebchatInbox, headers: IncomingHttpHeaders): void {
  if (originAllowed(inbox, headers)) return;
  throw new Refusal("origin_not_allowed", `${headers.origin} is not among this inbox's allowedOrigins.`, 403);
}
