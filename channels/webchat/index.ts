/**
 * Web chat: the conversation in a widget on the operator's own pages.
 *
 * ## What to set
 *
 * 1. An inbox in the configuration:
 *
 *        website: { channel: webchat, name: Website, queue: support }
 *
 *    - `allowedOrigins: [https://www.example.org]`: sites that may embed it (default: any; our own pages always may)
 *    - `identitySecret: ${CHAT_IDENTITY_SECRET}`: 32 characters or more, shared with the site's own server (see below)
 *    - `languages: [en, fr, nl, sw]`: in which the widget may be shown
 *    - `limits`: what one visitor, and one IP address, may do in a minute
 * 2. On each page of the site, before `</body>`:
 *
 *        <script src="https://support.example.org/widget.js" data-inbox="website" async></script>
 *
 *    `data-language="fr"` (default: the browser's), `data-color="#0f766e"`, `data-position="left"` may be added; the page
 *    may call `firstline.open()` and `firstline.close()`, and set nothing else of its own: the widget keeps to itself.
 *    A site with a Content-Security-Policy allows our address in `script-src` and `connect-src` (https: and wss:).
 *
 * ## Who is speaking
 *
 * A visitor is anonymous: an id that we made, in a token (JWT, HS256, a year, renewed at each visit) that only the
 * visitor's browser keeps. No event names a visitor or a conversation: both come from the token.
 *
 * A site that knows its users proves them: its server, never its page, computes
 * `hmac = hex(HMAC-SHA256(identitySecret, userId + "\n" + email + "\n" + name + "\n" + expires))` in UTF-8, `expires` in
 * seconds since 1970, absent email or name as empty strings, no control characters in any. The page hands it over
 * before the script runs, as an object or as a function that fetches a fresh one for each connection:
 *
 *     <script>window.firstline = { identity: { userId, email, name, expires, hmac } }</script>
 *
 * The user is the same visitor on each of their devices, and never the anonymous visitor who sat there before. Their
 * token connects only together with their identity, so that whoever logs out leaves nothing to read on a shared computer.
 *
 * ## What it answers
 *
 * Socket.io, namespace `/chat`, `auth: {inbox, token?, identity?, language?, timeZone?}`. Refused connections carry
 * `data: {code, message}`: `invalid`, `unknown_inbox`, `token_expired`, `token_invalid` (forged, or another inbox's) and
 * `identity_required` (drop the token, connect without), `identity_expired`, `identity_invalid`, `origin_not_allowed`,
 * `rate_limited`, `internal`. Outside business hours an inbox stays open: `session.open` is false, and the
 * acknowledgement says when to expect an answer.
 *
 * - To the client: `session {token, visitor, inbox, name, languages, open}`; `message {id, seq, previous, from, agentName?, text,
 *   files, at}` in order of `seq`, from the client's own last one on; `ticket {number, status, expectedBy?}`; `typing {name}`.
 *   The client acks `message`, by which the agent sees that it was delivered.
 * - To us, each with an ack: `message {clientId, text, files?}` → `{ok: true, id, receivedAt}` once it is durable, and
 *   the same answer for a repeat with the same `clientId`; `history {after}` → `{ok, messages, more}`, the rest
 *   as `message` events unless it is asked for first; `read {upTo}` and
 *   `delivered {upTo}`; `typing`.
 * - Refused: `{ok: false, error: {code, message}}` with `invalid`, `empty`, `text_too_long` (over 10,000 characters),
 *   `too_many_files` (over 10), `unknown_file`, `rate_limited`, `not_found`, `too_slow`, `unknown_event`; `not_stored` and
 *   `internal` are our own fault: send the same again. A frame over 64 KB or one that is no socket.io ends the connection.
 *
 * `POST /channels/webchat/files` (multipart/form-data, one file, `Authorization: Bearer <token>`): 201 `{id, name, type,
 * size}`, the type told by the content; 400 `invalid`, `file_empty`; 401 `token_missing`, `token_invalid`, `token_expired`; 403
 * `origin_not_allowed`; 404 `unknown_inbox`; 413 `file_too_large` (over 10 MB); 429 `rate_limited`.
 * `GET /channels/webchat/files/:id`, same header: 200 as a download, 404 unless it is the visitor's own or was sent
 * to them.
 *
 * Limits are kept in each web process's memory. The IP address is the connection's, or what a proxy that the
 * configuration names says in X-Forwarded-For (behind a proxy that it does not name, all visitors count as one address);
 * an IPv6 address counts with its /64.
 */
import type { ChannelModule } from "../../src/types.ts";
import { serveFiles } from "./files.ts";
import { createLimits } from "./limits.ts";
import { type WebchatInbox, webchatInbox } from "./schema.ts";
import { serveSockets } from "./socket.ts";

/** The web chat, as `channels/index.ts` lists it. */
export const webchat = {
  name: "webchat",
  role: "web",
  sendsFrom: "worker",
  inbox: webchatInbox,
  create(inboxes) {
    let stop: (() => Promise<void>) | undefined;
    return {
      listen(host) {
        const desk = { host, inboxes, limits: createLimits(inboxes) };
        serveFiles(desk);
        stop = serveSockets(desk);
      },
      // The ledger is the customer's inbox: what is sent there, live delivery shows, now or when they come back.
      send: async () => ({ state: "sent" }),
      close: async () => stop?.(),
    };
  },
} satisfies ChannelModule<WebchatInbox> & { inbox: typeof webchatInbox };
