import { contactName } from "./contact-name.ts";
import { t } from "./i18n.svelte.ts";

/** A longer name is cut where it stands among other words; the contact's facts show the whole. */
const LONGEST = 48;

interface Titled {
  contact: { id: string; name?: string };
  timeZone?: string;
}

/** How a ticket's customer is called everywhere on the desk. */
export function customer(ticket: Titled): string {
  const name = fullName(ticket);
  return name.length > LONGEST ? `${[...name].slice(0, LONGEST).join("")}…` : name;
}

/** The same, however long. */
export function fullName(ticket: Titled): string {
  return contactName(ticket.contact, ticket.timeZone, t("contact.visitor"));
}
