import { z } from "zod";
import type { InboundMessage } from "../../src/types.ts";
import type { Admission } from "./session.ts";

/** Some three pages; with every character escaped it still fits in one frame. */
export const LONGEST_TEXT = 10_000;
/** More belongs in an archive. */
const MOST_FILES = 10;

const payloadSchema = z.strictObject({
  clientId: z.string().regex(/^[\x21-\x7e]{1,100}$/, "must be 1 to 100 printable ASCII characters without spaces"),
  text: z.string(),
  files: z.array(z.string().regex(/^[\w-]{1,64}$/, "must be the id of an uploaded file")).default([]),
});

/** A message with the ids of its files, which are still to be claimed; or why the payload is none. */
export type Parsed = { message: InboundMessage; files: string[] } | { message: null; code: string; reason: string };

/** Turns the payload of a `message` event into an InboundMessage; who speaks comes from the session, never from the payload. */
export function parse(payload: unknown, { visitor, language, timeZone }: Admission, receivedAt: Date): Parsed {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return refused("invalid", describe(parsed.error));
  const { clientId } = parsed.data;
  const text = wellFormed(parsed.data.text);
  const files = [...new Set(parsed.data.files)];
  if (text.length > LONGEST_TEXT) {
    return refused("text_too_long", `A message holds at most ${LONGEST_TEXT} characters; this one has ${text.length}.`);
  }
  if (files.length > MOST_FILES) return refused("too_many_files", `A message carries at most ${MOST_FILES} files.`);
  if (!text.trim() && files.length === 0) return refused("empty", "There is nothing in this message.");
  const message: InboundMessage = {
    inbox: visitor.inbox,
    channel: "webchat",
    externalId: `${visitor.id}/${clientId}`,
    conversationId: visitor.id,
    from: {
      address: visitor.id,
      ...(visitor.user?.name && { name: visitor.user.name }),
      ...(visitor.user?.email && { email: visitor.user.email }),
    },
    text,
    attachments: [],
    ...(language && { language }),
    ...(timeZone && { timeZone }),
    receivedAt,
    raw: { clientId, text, files, ...(visitor.user && { user: visitor.user }) },
  };
  return { message, files };
}

function refused(code: string, reason: string): Parsed {
  return { message: null, code, reason };
}

/** The first fault alone: the sender is a program, and mends one thing at a time. */
export function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "payload"}: ${issue?.message}`;
}

/** A half of a surrogate pair is no character: no store or browser would keep it as it came. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
