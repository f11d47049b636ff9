/** How much of the contact's id tells one anonymous visitor from another: 65,536 of them. */
const CODE_LENGTH = 4;
/** What the gateway or a widget may call somebody of whom nothing is known. */
const NAMELESS = new Set(["", "visitor", "anonymous", "unknown"]);

interface Somebody {
  id: string;
  name?: string | undefined;
}

/** The name, or for an anonymous visitor e.g. "Visitor · Nairobi · 3F2A": by place where known, always by a short code. */
export function contactName(contact: Somebody, timeZone: string | undefined, visitor: string): string {
  if (!isAnonymous(contact)) return contact.name?.trim() ?? "";
  return [visitor, place(timeZone), code(contact.id)].filter(Boolean).join(" · ");
}

/** Whether nothing but an id is known of them. */
function isAnonymous(contact: Somebody): boolean {
  return NAMELESS.has((contact.name ?? "").trim().toLowerCase());
}

/** At most two letters to tell people apart by at a glance. */
export function initials(name: string): string {
  const words = name.split(/[\s·.@_-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

function place(timeZone: string | undefined): string {
  if (!timeZone?.includes("/") || timeZone.startsWith("Etc/")) return "";
  return (timeZone.split("/").at(-1) ?? "").replaceAll("_", " ");
}

function code(id: string): string {
  // FNV-1a over the whole id: ids made one after another end alike, and their codes must not.
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).toUpperCase().padStart(8, "0").slice(-CODE_LENGTH);
}
