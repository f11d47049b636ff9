import { createHash } from "node:crypto";
import { searchWords } from "../tickets/search.ts";
import type { Contact, Message } from "../types.ts";

/** A contact's id comes from the address they first wrote from, so that two first messages at once make one contact. */
export function contactId(address: string): string {
  return createHash("sha256").update(address).digest("base64url").slice(0, 22);
}

/** Someone who writes for the first time. */
export function newContact(id: string, address: string, message: Message, now: Date): Contact {
  const { name, email } = message.from;
  return {
    _id: id,
    ...(name && { name }),
    ...(email && { email }),
    addresses: [address],
    search: searchWords(name, email, message.from.address),
    acknowledgedAt: [],
    version: 0,
    createdAt: now,
    updatedAt: now,
  };
}
