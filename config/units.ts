import { isIP } from "node:net";
import { z } from "zod";

const MINUTE = 60_000;
const MILLISECONDS: Record<string, number> = {
  second: 1_000,
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 24 * 60 * MINUTE,
  week: 7 * 24 * 60 * MINUTE,
};
const BYTES: Record<string, number> = { kb: 1_024, mb: 1_024 ** 2, gb: 1_024 ** 3 };

const DURATION = 'set a number and a unit, such as "30 minutes", "2 hours" or "3 days"';
const RESPONSE_TIME = 'set a promise such as "4 business hours", "1 business day", "30 minutes" or "1 day"';
const BYTE_SIZE = 'set a number and a unit, such as "500 KB" or "10 MB"';
const LANGUAGE = 'set a language tag, such as "en", "fr" or "pt-BR"';
const TIME_ZONE = { error: 'set a time zone of the IANA list, such as "Europe/Brussels" or "Africa/Nairobi"' };
const WEB_ADDRESS = { error: "set an address such as https://support.example.org" };
const IP_RANGE = { error: 'set an IP address or a range of them, such as "10.0.0.7" or "10.0.0.0/8"' };

/** How soon a customer is promised an answer; in opening hours when `business`, else around the clock. */
export interface ResponseTime {
  amount: number;
  unit: "minute" | "hour" | "day";
  business: boolean;
}

/** Text such as "3 days", as milliseconds. */
export const duration = z.string({ error: DURATION }).transform((text, context) => {
  const [, amount, unit] = /^(\d{1,6}) (second|minute|hour|day|week)s?$/.exec(text.trim()) ?? [];
  if (Number(amount) > 0 && unit !== undefined) return Number(amount) * (MILLISECONDS[unit] ?? 0);
  return wrong(context, DURATION);
});

/** Text such as "4 business hours", as a promise that a calendar can add to a moment. */
export const responseTime = z.string({ error: RESPONSE_TIME }).transform((text, context): ResponseTime => {
  const [, amount, business, unit] = /^(\d{1,4}) (business )?(minute|hour|day)s?$/.exec(text.trim()) ?? [];
  if (Number(amount) > 0) return { amount: Number(amount), unit: unit as ResponseTime["unit"], business: !!business };
  return wrong(context, RESPONSE_TIME);
});

/** Text such as "10 MB", as bytes. */
export const byteSize = z.string({ error: BYTE_SIZE }).transform((text, context) => {
  const [, amount, unit] = /^(\d{1,6}) (KB|MB|GB)$/i.exec(text.trim()) ?? [];
  if (Number(amount) > 0 && unit) return Number(amount) * (BYTES[unit.toLowerCase()] ?? 0);
  return wrong(context, BYTE_SIZE);
});

/** An IANA time zone that this Node knows. */
export const timeZone = z.string(TIME_ZONE).refine(isTimeZone, TIME_ZONE);

/** A BCP 47 language, in its usual spelling. */
export const language = z.string({ error: LANGUAGE }).transform((text, context) => {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? text;
  } catch {
    return wrong(context, LANGUAGE);
  }
});

/** An http(s) address without a slash at its end. */
export const webAddress = z.url({ protocol: /^https?$/, ...WEB_ADDRESS }).transform((url) => url.replace(/\/+$/, ""));

/** An IP address, or a range of them such as 10.0.0.0/8. */
export const ipRange = z.string(IP_RANGE).refine(isIpRange, IP_RANGE);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function isIpRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function wrong(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
