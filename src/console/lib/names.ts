import { contactName } from "./contact-name.ts";
import { t } from "./i18n.svelte.ts";

interface Titled {
  contact: { id: string; name?: string };
  conversation?: { timeZone?: string };
}

/** How a ticket's customer is called everywhere on the desk. */
export function customer(ticket: Titled): string {
  return contactName(ticket.contact, ticket.conversation?.timeZone, t("contact.visitor"));
}
