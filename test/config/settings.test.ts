import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { loadConfig } from "../../config/index.ts";
import { faults, fromEnv, load, WEBSITE } from "./load.ts";

const EACH_DAY = [{ from: 0, to: 1_440 }];

describe("a configuration", () => {
  test("needs nothing but one inbox", () => {
    const { config } = load("inboxes: { website: { channel: webchat } }", { PORT: "4000" });
    expect(config).toMatchObject({
      publicUrl: "http://localhost:4000",
      languages: { default: "en", offered: ["en", "fr", "nl", "sw"] },
      holidays: { dates: [] },
      firstResponse: { amount: 4, unit: "hour", business: true },
      acknowledgeWithin: 24 * 3_600_000,
      acknowledgementsPerHour: 5,
      reopenWithin: 72 * 3_600_000,
      queues: { support: { tier: "L1" } },
      inboxes: { website: { channel: "webchat", name: "website", queue: "support", optional: false } },
      trustedProxies: [],
      limits: { fileSize: 10 * 1_024 ** 2 },
      off: [],
    });
    expect(config.hours).toEqual([...Array(5).fill([{ from: 540, to: 1_020 }]), [], []]);
    expect(Object.keys(config.texts)).toEqual(["en", "fr", "nl", "sw"]);
  });

  test("is shipped ready to run, with one web chat", () => {
    const { config, environment } = loadConfig({});
    expect(config.inboxes).toMatchObject({ website: { channel: "webchat", name: "Website", queue: "support" } });
    expect(environment.CONFIG).toMatch(/config\/default\.yaml$/);
  });

  test("is shipped with examples that hold when their # is taken away", () => {
    const shipped = readFileSync(loadConfig({}).environment.CONFIG, "utf8");
    const uncommented = shipped.replace(/^( *)# (?=( {2})*[a-zA-Z]+:( |$))/gm, "$1");
    expect(uncommented.split("\n").filter((line) => /^[a-z]+:/i.test(line)).length).toBeGreaterThan(14);
    const { config } = load(uncommented, { WEBSITE_SECRET: "0123456789abcdef0123456789abcdef" });
    expect(config).toMatchObject({
      organisation: "Example Ltd",
      timeZone: "Europe/Brussels",
      holidays: { country: "BE" },
    });
    expect(config.queues.billing).toMatchObject({ firstResponse: { amount: 1, unit: "day", business: true } });
  });

  test.each([
    [
      "several intervals a day",
      'hours: { monday: ["13:30-17:00", "9:00-12:30"] }',
      [
        [
          { from: 540, to: 750 },
          { from: 810, to: 1_020 },
        ],
        [],
        [],
        [],
        [],
        [],
        [],
      ],
    ],
    ["a night", "hours: { sunday: 22:00-2:00 }", [[], [], [], [], [], [], [{ from: 1_320, to: 1_560 }]]],
    ["always", "hours: always", Array(7).fill(EACH_DAY)],
    ["a closed day", "hours: { monday: 0:00-24:00, tuesday: [], wednesday: }", [EACH_DAY, [], [], [], [], [], []]],
  ])("takes opening hours of %s", (_, line, hours) => {
    expect(load(`${WEBSITE}${line}`).config.hours).toEqual(hours);
  });

  test.each([
    ["30 minutes", { amount: 30, unit: "minute", business: false }],
    ["1 day", { amount: 1, unit: "day", business: false }],
    ["4 business hours", { amount: 4, unit: "hour", business: true }],
    ["1 business day", { amount: 1, unit: "day", business: true }],
    ["90 business minutes", { amount: 90, unit: "minute", business: true }],
  ])("takes the promise of %s", (text, promise) => {
    expect(load(`${WEBSITE}firstResponse: ${text}`).config.firstResponse).toEqual(promise);
  });

  test("puts the environment in for a name in braces, inside a text and as a number too", () => {
    const yaml = `${WEBSITE}publicUrl: https://${fromEnv("HOST_NAME")}/help/\nacknowledgementsPerHour: ${fromEnv("ROOM")}\norganisation: ${fromEnv("NUMBER")}`;
    const { config } = load(yaml, { HOST_NAME: "support.example.org", ROOM: "7", NUMBER: "1984" });
    expect(config).toMatchObject({
      publicUrl: "https://support.example.org/help",
      acknowledgementsPerHour: 7,
      organisation: "1984",
    });
  });

  test("counts a name in braces that is missing or empty as a fault, once", () => {
    const yaml = `${WEBSITE}organisation: ${fromEnv("MISSING")}\nacknowledgementsPerHour: ${fromEnv("EMPTY")}`;
    const message = faults(yaml, { EMPTY: "" });
    expect(message).toContain(
      `line 2, organisation: found ${fromEnv("MISSING")}, which the environment lacks; set MISSING.`,
    );
    expect(message).toContain(
      `line 3, acknowledgementsPerHour: found ${fromEnv("EMPTY")}, which the environment lacks; set EMPTY.`,
    );
    expect(message).toContain("has 2 faults");
  });

  test("leaves an optional inbox off while the environment lacks something of it, and says so", () => {
    const yaml = `inboxes:
  website: { channel: webchat }
  shop: { channel: webchat, optional: true, identitySecret: "${fromEnv("SHOP_SECRET")}" }`;
    const { config } = load(yaml);
    expect(Object.keys(config.inboxes)).toEqual(["website"]);
    expect(config.off).toEqual([{ inbox: "shop", reason: "the environment lacks SHOP_SECRET" }]);
    expect(Object.keys(load(yaml, { SHOP_SECRET: "x".repeat(32) }).config.inboxes)).toEqual(["website", "shop"]);
  });

  test("takes an own text for the shipped one, and a new language when all its texts are there", () => {
    const { config } = load(`${WEBSITE}
languages: { offered: [en, de, fr-BE] }
texts:
  en: { acknowledgement: "Ticket {number}: answer {when}." }
  de: { acknowledgement: "{number} {when}", acknowledgementWithoutTime: "{number}", before: "{day} vor {time}", beforeInZone: "{day} vor {time} ({zone})" }`);
    expect(config.texts.en).toMatchObject({
      acknowledgement: "Ticket {number}: answer {when}.",
      before: "{day} before {time}",
    });
    expect(config.texts.de).toMatchObject({ before: "{day} vor {time}" });
    expect(config.texts["fr-BE"]).toMatchObject({ before: "{day} avant {time}" });
  });

  test("sends an inbox to the first queue when it names none", () => {
    expect(load(`${WEBSITE}queues: { sales: {}, support: }`).config.inboxes.website?.queue).toBe("sales");
  });
});

describe("a channel", () => {
  const tiny = {
    name: "tiny",
    inbox: z.strictObject({ number: z.string(), login: z.strictObject({ pin: z.string().meta({ secret: true }) }) }),
  };
  const yaml = `inboxes: { a: { channel: tiny, number: "+254", login: { pin: "${fromEnv("PIN")}" } } }`;

  test("that is added to the list is configured by its own schema", () => {
    const { config } = load(yaml, { PIN: "4711" }, [tiny]);
    expect(config.inboxes.a).toEqual({
      channel: "tiny",
      name: "a",
      queue: "support",
      optional: false,
      number: "+254",
      login: { pin: "4711" },
    });
  });

  test("that is not in the list is a fault that names the known ones", () => {
    expect(faults(WEBSITE, {}, [tiny])).toContain('inboxes.website.channel: found "webchat"; set one of tiny.');
  });

  test("keeps what it marks as secret out of what is published, and a shared secret by its name", () => {
    const { config } = load(yaml, { PIN: "4711" }, [tiny]);
    expect(config.public).toMatchObject({ inboxes: { a: { number: "+254", login: { pin: "(secret)" } } } });
    const chat = `inboxes: { a: { channel: webchat, identitySecret: "${fromEnv("S")}" } }`;
    expect(JSON.stringify(load(chat, { S: "s".repeat(40) }).config.public)).not.toContain("ssss");
  });

  test("changes the configuration's version with its settings, and not with a secret or the file's comments", () => {
    const version = (text: string, env: Record<string, string>) => load(text, env, [tiny]).config.version;
    const first = version(yaml, { PIN: "4711" });
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(version(`# Ours\n${yaml}`, { PIN: "4712" })).toBe(first);
    expect(version(yaml.replace("+254", "+255"), { PIN: "4711" })).not.toBe(first);
  });
});
