import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import { ticketSummary } from "../tickets/views.ts";
import type { Contact, Ticket } from "../types.ts";

/** A ticket by its number; rejects with Refusal `not_found`. */
export async function findTicket(store: Store, number: number): Promise<Ticket> {
  const ticket = await store.tickets.findOne({ number });
  if (!ticket) throw new Refusal("not_found", `There is no ticket ${number}.`, 404);
  return ticket;
}

/** A ticket with what stands beside it: its contact and its conversation. */
export async function ticketView(store: Store, ticket: Ticket) {
  const [contact, conversation] = await Promise.all([
    store.contacts.findOne({ _id: ticket.contact }),
    store.conversations.findOne({ _id: ticket.conversation }),
  ]);
  return {
    ...ticketSummary(ticket),
    contact: contact ? contactView(contact) : goneContact(ticket),
    participants: ticket.participants,
    conversation: {
      language: conversation?.language ?? ticket.language,
      ...(conversation?.timeZone !== undefined && { timeZone: conversation.timeZone }),
    },
    ...(ticket.linkedTo !== undefined && { linkedTo: ticket.linkedTo }),
  };
}

/** A contact as agents see them. */
export function contactView({ _id, name, email, addresses, language, createdAt }: Contact) {
  return {
    id: _id,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    addresses,
    ...(language !== undefined && { language }),
    createdAt: createdAt.toISOString(),
  };
}

/** Erased on request, while the ticket stays. */
function goneContact(ticket: Ticket) {
  return { id: ticket.contact, name: ticket.contactName, addresses: [], createdAt: ticket.createdAt.toISOString() };
}
