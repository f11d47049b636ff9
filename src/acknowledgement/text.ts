import { fill } from "../promise/fill.ts";
import { sayWhen } from "../promise/wording.ts";

/** What is said in one language; words in braces are filled in. */
export interface AcknowledgementTexts {
  acknowledgement: string;
  acknowledgementWithoutTime: string;
  before: string;
  beforeInZone: string;
}

export interface Acknowledged {
  number: number;
  /** When the customer was promised an answer. */
  expectedBy?: Date | undefined;
  now: Date;
  language: string;
  timeZone: string;
  customerTimeZone?: string | undefined;
  /** Signs it. */
  organisation?: string | undefined;
  /** By language; the first one stands in for a language that is no longer offered. */
  texts: Record<string, AcknowledgementTexts>;
}

/** What a customer is told first: the ticket's number, and when to expect an answer, unless that time has passed. */
export function acknowledgementText({
  number,
  expectedBy,
  now,
  organisation,
  texts,
  ...options
}: Acknowledged): string {
  const [language = options.language] = [options.language, ...Object.keys(texts)].filter((each) => texts[each]);
  const spoken = texts[language];
  if (!spoken) throw new Error("There are no texts in any language.");
  const isAhead = expectedBy !== undefined && expectedBy > now;
  const text = isAhead ? spoken.acknowledgement : spoken.acknowledgementWithoutTime;
  const when = isAhead ? sayWhen(expectedBy, now, { ...options, ...spoken, language }) : "";
  return [fill(text, { number: String(number), when }), ...(organisation ? [organisation] : [])].join("\n\n");
}
