import { type ZodObject, z } from "zod";
import { holidays, hours } from "./hours.ts";
import { textsOverride } from "./texts.ts";
import { byteSize, duration, ipRange, language, responseTime, timeZone, webAddress } from "./units.ts";

/** What the configuration needs to know of a channel. */
export interface ConfigurableChannel {
  name: string;
  /** What an inbox of this channel has beside the fields that every inbox has. */
  inbox: ZodObject;
}

/** What a setting may name, because the same configuration, or the code, has it. */
export interface Names {
  channels: readonly ConfigurableChannel[];
  queues: string[];
  languages: string[];
}

/** An inbox, with what its own channel adds to it. */
type Inbox = { channel: string; name: string; queue: string; optional: boolean } & Record<string, unknown>;

const DAYTIME = "9:00-17:00";
const WEEKDAYS = { monday: DAYTIME, tuesday: DAYTIME, wednesday: DAYTIME, thursday: DAYTIME, friday: DAYTIME };
const NO_INBOX = "set one at least, such as website: { channel: webchat }";
const KEY = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The whole configuration. Everything but `inboxes` has a default. */
export function configSchema({ channels, queues, languages }: Names) {
  const key = z.string().regex(KEY, { error: "set a name of lower-case letters, digits and hyphens" });
  const named = z.string().trim().min(1).max(80);
  const offered = z.enum(languages);
  const [firstQueue = "support"] = queues;
  const queue = z
    .strictObject({
      name: named.optional(),
      tier: z.enum(["L1", "L2", "L3"]).default("L1"),
      hours: hours.optional(),
      firstResponse: responseTime.optional(),
    })
    .prefault({});
  const inboxes = channels.map((channel) =>
    channel.inbox.extend({
      channel: z.literal(channel.name),
      name: named,
      queue: z.enum(queues).default(firstQueue),
      optional: z.boolean().default(false),
    }),
  );
  const [first, ...others] = inboxes;
  if (!first) throw new Error("there is no channel");

  return z.strictObject({
    publicUrl: webAddress.optional(),
    organisation: named.optional(),
    languages: z
      .strictObject({
        default: offered.default(languages[0] ?? "en"),
        offered: z.array(language).min(1).default(languages),
      })
      .prefault({}),
    timeZone: timeZone.default(Intl.DateTimeFormat().resolvedOptions().timeZone),
    hours: hours.prefault(WEEKDAYS),
    holidays: holidays.prefault({}),
    firstResponse: responseTime.prefault("4 business hours"),
    acknowledgeWithin: duration.prefault("1 day"),
    acknowledgementsPerHour: z.int().min(0).max(1_000).default(5),
    reopenWithin: duration.prefault("3 days"),
    queues: z
      .record(key, queue)
      .refine(notEmpty, { error: "set one queue at least, such as support: {}" })
      .prefault({ support: {} }),
    inboxes: z
      .record(key, z.discriminatedUnion("channel", [first, ...others]), {
        error: ({ code }) => (code === "invalid_type" ? NO_INBOX : undefined),
      })
      .transform((all) => all as Record<string, Inbox>),
    texts: textsOverride.prefault({}),
    trustedProxies: z.array(ipRange).default([]),
    limits: z.strictObject({ fileSize: byteSize.prefault("10 MB") }).prefault({}),
  });
}

function notEmpty(record: object): boolean {
  return Object.keys(record).length > 0;
}
