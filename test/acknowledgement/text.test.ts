import { describe, expect, test } from "@jest/globals";
import { shippedTexts } from "../../config/texts.ts";
import { acknowledgementText } from "../../src/acknowledgement/text.ts";

const texts = shippedTexts();
const given = {
  number: 1042,
  expectedBy: new Date("2026-11-23T12:00Z"),
  now: new Date("2026-11-22T12:31Z"),
  language: "en",
  timeZone: "Europe/Brussels",
  texts,
};

describe("an acknowledgement", () => {
  test.each([
    ["en", "Your ticket number is 1042. You can expect our answer tomorrow before 13:00."],
    ["fr", "Votre numéro de ticket est le 1042. Vous recevrez notre réponse demain avant 13:00."],
    ["nl", "Uw ticketnummer is 1042. U krijgt ons antwoord morgen vóór 13:00."],
    ["sw", "Nambari ya tiketi yako ni 1042. Tarajia jibu letu kesho kabla ya 13:00."],
  ])("in %s tells the ticket's number and when to expect an answer", (language, words) => {
    expect(acknowledgementText({ ...given, language })).toContain(words);
  });

  test.each([
    ["was never promised", undefined],
    ["has passed", new Date("2026-11-22T12:30Z")],
    ["is now", given.now],
  ])("names no time when it %s", (_, expectedBy) => {
    for (const language of Object.keys(texts)) {
      const text = acknowledgementText({ ...given, language, expectedBy });
      expect(text).toContain("1042");
      expect(text).not.toMatch(/\d:\d\d|[{}]/);
    }
  });

  test("gives the time by the clock of a customer elsewhere, and names the zone", () => {
    expect(acknowledgementText({ ...given, customerTimeZone: "Africa/Nairobi" })).toContain(
      "tomorrow before 15:00 (East Africa Time).",
    );
  });

  test("is signed by the organisation", () => {
    expect(acknowledgementText({ ...given, organisation: "Example {number} $&" })).toMatch(
      /\.\n\nExample \{number\} \$&$/,
    );
    expect(acknowledgementText(given)).not.toContain("\n");
  });

  test("speaks the first language that is offered to whom spoke one that is no longer", () => {
    const { nl, fr } = texts;
    if (!nl || !fr) throw new Error("the texts are not there");
    expect(acknowledgementText({ ...given, language: "en", texts: { nl, fr } })).toContain("morgen vóór 13:00");
  });
});
