import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { LONGEST_TEXT, parse } from "../../../channels/webchat/parse.ts";

interface Case {
  name: string;
  payload: unknown;
  code?: string;
  text?: string;
  files?: string[];
}

const cases: Case[] = JSON.parse(readFileSync("test/fixtures/webchat/payloads.json", "utf8"));
const at = new Date("2026-11-22T08:00:00Z");
const ann = { visitor: { id: "v-ann", inbox: "website" } };

describe("payloads of the event `message`", () => {
  test.each(cases)("$name", ({ payload, code, text, files = [] }) => {
    const parsed = parse(payload, ann, at);
    if (code) {
      expect(parsed).toEqual({ message: null, code, reason: expect.stringMatching(/\S/) });
      return;
    }
    expect(parsed).toMatchObject({ message: { text, attachments: [] }, files });
  });
});

test("identity and conversation come from the session alone", () => {
  const parsed = parse({ clientId: "1", text: "hello" }, ann, at);
  expect(parsed.message).toEqual({
    inbox: "website",
    channel: "webchat",
    externalId: "v-ann/1",
    conversationId: "v-ann",
    from: { address: "v-ann" },
    text: "hello",
    attachments: [],
    receivedAt: at,
    raw: { clientId: "1", text: "hello", files: [] },
  });
});

test("a proven user's name and e-mail address, and everyone's language and time zone, go along", () => {
  const user = { id: "7", email: "zoë@example.org", name: "Zoë" };
  const visitor = { id: "u-zoe", inbox: "website", user };
  const parsed = parse({ clientId: "1", text: "hoi" }, { visitor, language: "nl-BE", timeZone: "Europe/Brussels" }, at);
  expect(parsed.message).toMatchObject({
    from: { address: "u-zoe", name: "Zoë", email: "zoë@example.org" },
    language: "nl-BE",
    timeZone: "Europe/Brussels",
    raw: { user },
  });
});

test("the longest text is taken, and one character more is not", () => {
  expect(parse({ clientId: "1", text: "é".repeat(LONGEST_TEXT) }, ann, at).message).not.toBeNull();
  expect(parse({ clientId: "1", text: "é".repeat(LONGEST_TEXT + 1) }, ann, at)).toMatchObject({
    code: "text_too_long",
  });
});

test("the longest text fits in one frame of 64 KB, however it is escaped", () => {
  expect(
    Buffer.byteLength(JSON.stringify({ clientId: "x".repeat(100), text: "\u0001".repeat(LONGEST_TEXT) })),
  ).toBeLessThan(64 * 1024);
});
