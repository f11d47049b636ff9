import { z } from "zod";

/** The parts that several routes' schemas share: what may come in. */

const PAGE = 50;
const LONGEST_PAGE = 200;
/** What fits into one frame of the agents' socket fits here. */
const TEXT_CHARACTERS = 20_000;
/** One message may carry this many files; what is more is a mistake or an attack. */
const MOST_FILES = 20;

/** Half of a surrogate pair is no text: MongoDB would store something else than what was sent. */
const wellFormed = (text: string) => !/\p{Surrogate}/u.test(text);
const CONTROL = /\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** One line for people to read: no control characters, no text direction tricks. */
export const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(longest, `has at most ${longest} characters`)
    .refine((text) => wellFormed(text) && !CONTROL.test(text), "contains characters that cannot be shown");

const text = z
  .string()
  .max(TEXT_CHARACTERS, `has at most ${TEXT_CHARACTERS} characters`)
  .refine(wellFormed, "contains half a character (a lone surrogate)");

/** What is said in a message. */
export const Text = text.refine((said) => said.trim().length > 0, "must not be empty");

/** An id as we give them out; anything else matches nothing anyway. */
export const Id = z.string().min(1).max(200).refine(wellFormed, "is no id");

/** An answer: words, or files, or both. */
export const TextOrFiles = z
  .strictObject({
    text,
    files: z.array(Id).max(MOST_FILES).exactOptional().describe("Ids of files that you uploaded."),
  })
  .refine(({ text, files }) => text.trim().length > 0 || (files?.length ?? 0) > 0, {
    path: ["text"],
    message: "must not be empty",
  });

export const Reason = line(500).describe("Why, for the ticket's history.");

export const TicketNumber = z.strictObject({
  number: z.coerce
    .number("is no ticket number")
    .int()
    .min(1)
    .describe("The ticket's number, as the customer knows it."),
});

export const limit = z.coerce
  .number("is no number")
  .int()
  .min(1)
  .max(LONGEST_PAGE)
  .default(PAGE)
  .describe("How many at most.");

export const cursor = z.string().min(1).max(500).exactOptional().describe("`nextCursor` of the page before.");

export const Email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+$/, "is no e-mail address")
  .refine(wellFormed, "is no e-mail address");

export const Password = z.string().max(1024, "is too long").refine(wellFormed, "contains half a character");
