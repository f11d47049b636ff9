import { expect, test } from "@jest/globals";
import { originAllowed } from "../../../channels/webchat/origins.ts";
import { webchatInbox } from "../../../channels/webchat/schema.ts";

test("an inbox needs its name alone", () => {
  expect(webchatInbox.parse({ name: "Website" })).toMatchObject({
    languages: ["en", "fr", "nl", "sw"],
    limits: { messages: 120, messagesPerAddress: 1_200 },
  });
});

test.each([
  ["an origin with a path", { allowedOrigins: ["https://www.example.org/shop"] }],
  ["an origin without a scheme", { allowedOrigins: ["www.example.org"] }],
  ["an empty list of origins", { allowedOrigins: [] }],
  ["a short identity secret", { identitySecret: "short" }],
  ["a limit of nothing", { limits: { messages: 0 } }],
  ["an unknown limit", { limits: { message: 10 } }],
  ["an unknown key", { colour: "red" }],
])("refuses %s", (_name, more) => {
  expect(webchatInbox.safeParse({ name: "Website", ...more }).success).toBe(false);
});

const listed = webchatInbox.parse({ name: "Website", allowedOrigins: ["https://www.example.org"] });
const open = webchatInbox.parse({ name: "Website" });
test.each([
  ["any site where none are listed", open, "https://anywhere.example", true],
  ["a listed site", listed, "https://www.example.org", true],
  ["a site that is not listed", listed, "https://evil.example", false],
  ["a listed site by another scheme", listed, "http://www.example.org", false],
  ["a longer name that begins alike", listed, "https://www.example.org.evil.example", false],
  ["a page without an origin", listed, "null", false],
  ["our own pages", listed, "https://support.example.org", true],
  ["a program, which has no origin", listed, undefined, true],
])("the widget on %s: %#", (_name, inbox, origin, allowed) => {
  expect(originAllowed(inbox, { host: "support.example.org", ...(origin !== undefined && { origin }) })).toBe(allowed);
});
