import type { z } from "zod";
import { Refusal } from "../errors.ts";

/** Writes where a page ended. Opaque to clients, so that an order may change without them. */
function writeCursor(place: (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** Reads what `writeCursor` wrote; rejects what anybody else did with Refusal `invalid_cursor`. */
export function readCursor<T extends z.ZodType>(schema: T, cursor: string): z.output<T> {
  const { success, data } = schema.safeParse(decoded(cursor));
  if (!success) throw new Refusal("invalid_cursor", "This cursor is not one of this list. Start without one.", 400);
  return data;
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** One more was read than asked for: cuts it off, and says where the next page begins. */
export function page<Item, View>(
  found: Item[],
  limit: number,
  placeOf: (last: Item) => (string | number)[],
  view: (item: Item) => View,
): { items: View[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(view),
    nextCursor: found.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null,
  };
}

/** For short lists that come whole. */
export function whole<View>(items: View[]): { items: View[]; nextCursor: null } {
  return { items, nextCursor: null };
}
