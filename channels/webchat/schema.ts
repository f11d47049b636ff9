import { z } from "zod";

/** What `openssl rand -hex 16` prints: 128 bits cannot be guessed. */
const SHORTEST_SECRET = 32;

const perMinute = z.int().min(1).max(1_000_000);

/** What a web chat inbox adds to the fields that every inbox has. */
export const webchatInbox = z.strictObject({
  /** Shown at the head of the widget. */
  name: z.string().min(1).max(80),
  /** Sites that may embed the widget, such as https://www.example.org; absent: any. */
  allowedOrigins: z
    .array(z.string().refine(isOrigin, "must be an origin such as https://www.example.org, without a path"))
    .min(1)
    .optional(),
  /** Shared with the site's own server, which signs who is logged in; absent: visitors are anonymous. */
  identitySecret: z.string().min(SHORTEST_SECRET).optional(),
  /** In which languages the widget may be shown. */
  languages: z.array(z.string().min(2).max(35)).min(1).default(["en", "fr", "nl", "sw"]),
  /** What one visitor, and all behind one IP address together, may do in a minute. */
  limits: z
    .strictObject({
      /** Nobody types two messages a second for a minute. */
      messages: perMinute.default(120),
      /** An office or a campus may sit behind one address. */
      messagesPerAddress: perMinute.default(1_200),
      uploads: perMinute.default(20),
      uploadsPerAddress: perMinute.default(200),
      /** Every page of the site that is opened connects once. */
      connectionsPerAddress: perMinute.default(600),
    })
    .prefault({}),
});

/** One web chat inbox, as the configuration hands it over. */
export type WebchatInbox = Pick<z.infer<typeof webchatInbox>, "name" | "languages" | "limits"> &
  Partial<Pick<z.infer<typeof webchatInbox>, "allowedOrigins" | "identitySecret">>;

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}
