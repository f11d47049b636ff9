import { describe, expect, test } from "@jest/globals";
import { faults, fromEnv, WEBSITE } from "./load.ts";

const SECRET = "hunter2-hunter2";

describe("a configuration with faults", () => {
  test("lists every fault of file and environment at once, each with its line, its path, what was found and what to set", () => {
    const message = faults(
      `organisaton: Example
inboxes:
  website: { channel: webchat, queue: suport, colour: red }
  shop: { channel: webcat }
  other: hello
languages: { default: de, offered: [en, fr] }
timeZone: Mars/Olympus
hours:
  monday: 25:00-26:00
  tuesdy: 9:00-17:00
holidays: { country: XX, dates: [24/12] }
firstResponse: soon
acknowledgeWithin: 1 moon
acknowledgementsPerHour: many
queues: { support: { tier: L9 } }
trustedProxies: [10.0.0.0/99]
limits: { fileSize: 10 }
`,
      { PORT: "eighty", LOG_LEVEL: "loud" },
    );
    for (const line of [
      'PORT: found "eighty"; set a port number, or 0 for any that is free.',
      'LOG_LEVEL: found "loud"; set one of trace, debug, info, warn, error, silent.',
      'line 1, organisaton: found an unknown setting; did you mean "organisation"?',
      'line 3, inboxes.website.queue: found "suport"; did you mean "support"? set one of support.',
      "line 3, inboxes.website.colour: found an unknown setting; known here: ",
      'line 4, inboxes.shop.channel: found "webcat"; did you mean "webchat"? set one of webchat',
      "line 5, inboxes.other: found text; set a block of settings.",
      'line 6, languages.default: found "de"; set one of en, fr.',
      'line 7, timeZone: found "Mars/Olympus"; set a time zone of the IANA list',
      'line 9, hours.monday.0: found "25:00-26:00"; set hours such as "9:00-12:30"',
      'line 10, hours.tuesdy: found an unknown setting; did you mean "tuesday"?',
      'line 11, holidays.dates.0: found "24/12"; set a date such as "2026-12-24", or "12-24" for every year.',
      'line 12, firstResponse: found "soon"; set a promise such as "4 business hours"',
      'line 13, acknowledgeWithin: found "1 moon"; set a number and a unit',
      'line 14, acknowledgementsPerHour: found "many"; set a number.',
      'line 15, queues.support.tier: found "L9"; set one of L1, L2, L3.',
      'line 16, trustedProxies.0: found "10.0.0.0/99"; set an IP address or a range of them',
      'line 17, limits.fileSize: found 10; set a number and a unit, such as "500 KB" or "10 MB".',
    ]) {
      expect(message).toContain(line);
    }
    expect(message).toMatch(/^The environment has 2 faults:\n/);
    expect(message).toMatch(/firstline\.yaml has 17 faults:\n/);
  });

  test.each([
    ["hours that leave nothing open", "hours: {}", "hours: found a block of settings; set hours for each weekday"],
    ["hours of another kind", "hours: 9-17", "hours: found text; set hours for each weekday"],
    ["hours that overlap", 'hours: { monday: ["9:00-13:00", "12:00-17:00"] }', "set intervals that do not overlap"],
    ["an hour of 60 minutes", "hours: { monday: 9:00-12:60 }", 'set hours such as "9:00-12:30"'],
    ["a country nobody knows", "holidays: { country: XX }", 'found "XX"; set a country code such as BE'],
    ["a state that the country does not have", "holidays: { country: DE, state: XX }", "set one of BB, BE, BW, BY"],
    ["a state in a country without any", "holidays: { country: KE, state: XX }", "none: there is none to choose from"],
    ["a date that is none", 'holidays: { dates: ["2026-02-30"] }', 'found "2026-02-30"; set a date'],
    ["no queue at all", "queues: {}", "queues: found a block of settings; set one queue at least"],
    ["a queue's name with a space", "queues: { my team: {} }", "set a name of lower-case letters, digits and hyphens"],
    ["a language tag that is none", "languages: { offered: [e] }", 'found "e"; set a language tag'],
    [
      "a language without texts",
      "languages: { default: de, offered: [de] }",
      "texts.de.acknowledgement: found nothing; set it",
    ],
    ["a text without its number", 'texts: { en: { acknowledgement: "Soon {when}" } }', "say {number} somewhere"],
    [
      "a text with an unknown word",
      'texts: { en: { acknowledgementWithoutTime: "{number} {nam}" } }',
      "leave out {nam}",
    ],
    ["a promise of nothing", "firstResponse: 0 business hours", "set a promise such as"],
    ["an address without a scheme", "publicUrl: support.example.org", "set an address such as https://"],
    ["a number out of range", "acknowledgementsPerHour: -1", "PerHour: found -1; set a number of at least 0."],
    ["a list where one value belongs", "organisation: [Example]", "organisation: found a list; set text, in quotes."],
  ])("names %s", (_, line, message) => {
    expect(faults(`${WEBSITE}${line}`)).toContain(message);
  });

  test.each([
    ["an empty file", ""],
    ["a file without inboxes", "organisation: Example"],
    ["an empty list of inboxes", "inboxes:"],
  ])("asks %s for an inbox", (_, yaml) => {
    expect(faults(yaml)).toContain("inboxes: found nothing; set one at least, such as website: { channel: webchat }.");
  });

  test("names the file that is not there, and how to choose another", () => {
    expect(faults("", { CONFIG: "/nowhere/firstline.yaml" })).toMatch(
      /\/nowhere\/firstline\.yaml has a fault:\n.*ENOENT.*set CONFIG/,
    );
  });

  test.each([
    ["a slip in the YAML", "inboxes:\n  a: b: c\n", "line 2, the file: found Nested mappings are not allowed"],
    ["a key given twice", "organisation: A\norganisation: B\n", "line 2, the file: found Map keys must be unique"],
    [
      "an unquoted variable between braces",
      `inboxes: { a: ${fromEnv("NAME")} }\n`,
      "line 1, the file: found Unexpected flow-map-start",
    ],
    ["an anchor that is not there", "organisation: *nobody\n", "the file: found Unresolved alias"],
    ["a list", "- a\n", "the file: found no settings"],
  ])("gives %s with its line", (_, yaml, message) => {
    expect(faults(yaml)).toContain(message);
  });

  test("says to quote a variable that stands between braces", () => {
    expect(faults(`inboxes: { a: ${fromEnv("NAME")} }`)).toContain('put quotes around "$…" between braces or brackets');
  });

  test.each([
    ["in the file, too short", `inboxes: { website: { channel: webchat, identitySecret: ${SECRET} } }`, {}],
    [
      "in the environment, too short",
      `inboxes: { website: { channel: webchat, identitySecret: "${fromEnv("S")}" } }`,
      { S: SECRET },
    ],
    ["under a name with a slip", `inboxes: { website: { channel: webchat, identitySecrt: ${SECRET} } }`, {}],
    ["as text where its block belongs", `inboxes: { website: ${SECRET} }`, {}],
    ["in a file that is no YAML", `inboxes:\n  identitySecret: ${SECRET}: {\n`, {}],
    ["in a store's address", WEBSITE, { MONGODB_URL: `mysql://me:${SECRET}@db`, REDIS_URL: `http://${SECRET}` }],
    ["as the admin's password", WEBSITE, { ADMIN_PASSWORD: SECRET.slice(0, 9) }],
    [
      "in the environment, for a number",
      `inboxes: { website: { channel: webchat } }\nacknowledgementsPerHour: "${fromEnv("S")}"`,
      { S: SECRET },
    ],
  ])("never prints a secret %s", (_, yaml, env) => {
    const message = faults(yaml, env as Record<string, string>);
    expect(message).not.toBe("fine");
    expect(message).not.toContain(SECRET.slice(0, 9));
  });
});
