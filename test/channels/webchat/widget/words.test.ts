import { describe, expect, test } from "@jest/globals";
import { day, moment, pieces, readableOn, size } from "../../../../channels/webchat/widget/format.ts";
import { en } from "../../../../channels/webchat/widget/words/en.ts";
import { fr } from "../../../../channels/webchat/widget/words/fr.ts";
import { chooseLanguage, words } from "../../../../channels/webchat/widget/words/index.ts";
import { nl } from "../../../../channels/webchat/widget/words/nl.ts";
import { sw } from "../../../../channels/webchat/widget/words/sw.ts";

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe.each(Object.entries({ fr, nl, sw }))("%s", (_language, catalogue) => {
  test("has every word, with the same holes", () => {
    const own: Record<string, string> = catalogue;
    expect(Object.keys(own).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) expect(holes(own[key] ?? "")).toEqual(holes(text));
  });
});

test("a language without words of its own is shown in English", () => {
  expect(words("de")("send")).toBe("Send");
  expect(words("fr-CA")("send")).toBe("Envoyer");
  expect(words("en")("ticket", { number: 7 })).toBe("Ticket #7");
});

test("the first wish that is a language is taken, what is none is passed over", () => {
  expect(chooseLanguage([undefined, "", "not a tag", "de-AT", "en"])).toBe("de-AT");
  expect(chooseLanguage([])).toBe("en");
});

test("a moment is said by its time today, with its day on another", () => {
  const now = new Date(2026, 10, 23, 9, 0);
  expect(moment(new Date(2026, 10, 23, 15, 40), "en-US", now)).toBe("15:40");
  expect(moment(new Date(2026, 10, 24, 9, 0), "fr", now)).toMatch(/^demain 0?9:00$/);
  expect(moment(new Date(2026, 10, 25, 9, 0), "en", now)).toMatch(/^Wednesday 0?9:00$/);
  expect(moment(new Date(2026, 11, 24, 9, 0), "nl", now)).toMatch(/^24 december 0?9:00$/);
  expect(day(new Date(2026, 10, 22, 23, 59), "nl", now)).toBe("gisteren");
  expect(day(new Date(2025, 10, 22), "en", now)).toBe("November 22, 2025");
});

test("sizes are said as people say them", () => {
  expect([0, 1_200, 999_600, 10_400_000].map((bytes) => size(bytes, "en"))).toEqual([
    "1 kB",
    "1 kB",
    "1 MB",
    "10.4 MB",
  ]);
});

test("only web addresses become links, without the punctuation behind them", () => {
  expect(pieces("see https://example.org/a?b=1. javascript:alert(1)")).toEqual([
    { text: "see " },
    { text: "https://example.org/a?b=1", href: "https://example.org/a?b=1" },
    { text: ". javascript:alert(1)" },
  ]);
});

test("the writing on a site's color is the one that reads more easily", () => {
  expect([readableOn([52, 71, 201]), readableOn([255, 220, 0]), readableOn([0, 0, 0])]).toEqual([
    "#fff",
    "#111",
    "#fff",
  ]);
});
