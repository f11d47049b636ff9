import type { IncomingMessage, Server } from "node:http";
import { Router } from "express";
import type { Core } from "../core.ts";
import type { Receive } from "../intake/ledger.ts";
import { type CustomersLive, customerHistory, customerTicket } from "../live/customers.ts";
import type { Desk, Files, Host, Live } from "../types.ts";

/** What hosts share in one process. */
export interface HostParts {
  core: Core;
  receive: Receive;
  live: CustomersLive;
  files: Files;
  server: Server;
  secret: Uint8Array;
  clientAddress(request: IncomingMessage): string;
}

/** What one channel is handed, with a router of its own. */
export function hostFor(channel: string, parts: HostParts): Host {
  const { core, receive, files, server, secret, clientAddress } = parts;
  return {
    receive,
    router: Router(),
    server,
    log: core.log.child({ channel }),
    desk: deskOf(core),
    live: liveOf(core, parts.live),
    files,
    clientAddress,
    secret,
  };
}

function deskOf(core: Core): Desk {
  const { store, settings } = core;
  return {
    isOpen: (inbox, at) => settings.inboxes.get(inbox)?.isOpen(at) ?? false,
    async language(channel, address) {
      const contact = await store.contacts.findOne(
        { addresses: `${channel}:${address}` },
        { projection: { language: 1 } },
      );
      return contact?.language;
    },
    message: (id) => store.messages.findOne({ _id: id }),
    history: (inbox, conversationId, after, limit) => customerHistory(core, `${inbox}/${conversationId}`, after, limit),
    ticket: (inbox, conversationId) => customerTicket(core, `${inbox}/${conversationId}`),
  };
}

function liveOf(core: Core, live: CustomersLive): Live {
  return {
    follow: (inbox, conversationId, after, listener) => live.follow(`${inbox}/${conversationId}`, after, listener),
    typing: (inbox, conversationId) =>
      core.whispers.say({ about: "typing", conversation: `${inbox}/${conversationId}`, by: "customer" }),
  };
}
