import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { shippedTexts } from "../../config/texts.ts";
import { sayWhen } from "../../src/promise/wording.ts";

const MINUTE = 60_000;
const texts = shippedTexts();
/** A Sunday, 13:31 in Brussels. */
const NOW = "2026-11-22T12:31Z";

function say(
  at: string,
  options: { language?: string; timeZone?: string; customerTimeZone?: string; now?: string } = {},
) {
  const { language = "en", timeZone = "Europe/Brussels", now = NOW, ...more } = options;
  const words = texts[language];
  if (!words) throw new Error(`no texts in ${language}`);
  return sayWhen(new Date(at), new Date(now), { language, timeZone, ...words, ...more });
}

describe("when to expect an answer", () => {
  test.each([
    ["en", "2026-11-22T14:40Z", "today before 15:40"],
    ["en", "2026-11-23T09:00Z", "tomorrow before 10:00"],
    ["en", "2026-11-24T08:00Z", "Tuesday before 09:00"],
    ["en", "2026-11-28T08:00Z", "Saturday before 09:00"],
    ["en", "2026-11-29T08:00Z", "Sunday, November 29 before 09:00"],
    ["fr", "2026-11-22T14:40Z", "aujourd’hui avant 15:40"],
    ["fr", "2026-11-23T09:00Z", "demain avant 10:00"],
    ["fr", "2026-11-24T08:00Z", "mardi avant 09:00"],
    ["fr", "2026-12-21T08:00Z", "lundi 21 décembre avant 09:00"],
    ["nl", "2026-11-22T14:40Z", "vandaag vóór 15:40"],
    ["nl", "2026-11-23T09:00Z", "morgen vóór 10:00"],
    ["nl", "2026-11-24T08:00Z", "dinsdag vóór 09:00"],
    ["nl", "2026-12-21T08:00Z", "maandag 21 december vóór 09:00"],
    ["sw", "2026-11-22T14:40Z", "leo kabla ya 15:40"],
    ["sw", "2026-11-23T09:00Z", "kesho kabla ya 10:00"],
    ["sw", "2026-11-24T08:00Z", "Jumanne kabla ya 09:00"],
    ["sw", "2026-12-21T08:00Z", "Jumatatu, 21 Desemba kabla ya 09:00"],
  ])("is said in %s, at %s: %s", (language, at, words) => {
    expect(say(at, { language })).toBe(words);
  });

  test.each([
    ["Africa/Nairobi", "en", "today before 17:40 (East Africa Time)"],
    ["Africa/Nairobi", "fr", "aujourd’hui avant 17:40 (heure normale d’Afrique de l’Est)"],
    ["America/New_York", "nl", "vandaag vóór 09:40 (Eastern-tijd)"],
    ["Asia/Kathmandu", "en", "today before 20:25 (Nepal Time)"],
    ["Pacific/Apia", "sw", "leo kabla ya 03:40 (Saa za Wastani za Apia)"],
  ])("is said by the clock of a customer in %s, whose zone is named", (customerTimeZone, language, words) => {
    expect(say("2026-11-22T14:40Z", { customerTimeZone, language })).toBe(words);
  });

  test.each([
    ["whose clock shows the same, under another name", "Europe/Paris"],
    ["whose zone is not known", undefined],
    ["whose zone does not exist", "Mars/Olympus"],
    ["whose zone is an attack", '"; DROP TABLE zones --'],
  ])("names no zone to a customer %s", (_, customerTimeZone) => {
    expect(say("2026-11-22T14:40Z", customerTimeZone === undefined ? {} : { customerTimeZone })).toBe(
      "today before 15:40",
    );
  });

  test("names the zone when the clocks will differ by then, because summer time ends in one of the places only", () => {
    const options = { timeZone: "Europe/Brussels", customerTimeZone: "Africa/Johannesburg", now: "2026-10-24T10:00Z" };
    expect(say("2026-10-24T12:00Z", options)).toBe("today before 14:00");
    expect(say("2026-10-25T12:00Z", options)).toBe("tomorrow before 14:00 (South Africa Standard Time)");
  });

  test("says midnight as the end of the day before it", () => {
    expect(say("2026-11-22T23:00Z")).toBe("today before 24:00");
    expect(say("2026-11-22T22:57Z")).toBe("today before 24:00");
    expect(say("2026-11-23T23:00Z")).toBe("tomorrow before 24:00");
  });

  test("is never said to be earlier than promised, nor more than five minutes later", () => {
    const ahead = fc.integer({ min: 1, max: 30 * 60 * 60_000 });
    fc.assert(
      fc.property(ahead, fc.constantFrom("UTC", "Asia/Kathmandu", "Pacific/Apia"), (later, timeZone) => {
        const now = Date.parse(NOW);
        const words = say(new Date(now + later).toISOString(), { timeZone });
        const [, day, hour, minute] = /^(today|tomorrow|\w+) before (\d\d):(\d\d)$/.exec(words) ?? [];
        const offset = { UTC: 0, "Asia/Kathmandu": 345, "Pacific/Apia": 780 }[timeZone] ?? 0;
        const today = Math.floor((now + offset * MINUTE) / (1_440 * MINUTE));
        const days = day === "today" ? 0 : day === "tomorrow" ? 1 : 2;
        const said = ((today + days) * 1_440 + Number(hour) * 60 + Number(minute) - offset) * MINUTE;
        expect(said).toBeGreaterThanOrEqual(now + later);
        expect(said).toBeLessThan(now + later + 5 * MINUTE);
      }),
    );
  });
});
