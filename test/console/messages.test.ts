import { describe, expect, test } from "@jest/globals";
import { adminEn } from "../../src/console/messages/admin.en.ts";
import { adminFr } from "../../src/console/messages/admin.fr.ts";
import { adminNl } from "../../src/console/messages/admin.nl.ts";
import { en } from "../../src/console/messages/en.ts";
import { fr } from "../../src/console/messages/fr.ts";
import { historyEn } from "../../src/console/messages/history.en.ts";
import { historyFr } from "../../src/console/messages/history.fr.ts";
import { historyNl } from "../../src/console/messages/history.nl.ts";
import { nl } from "../../src/console/messages/nl.ts";

type Catalogue = Record<string, string | { one: string; other: string }>;

const english: Catalogue = { ...en, ...adminEn, ...historyEn };
const others: [string, Catalogue][] = [
  ["fr", { ...fr, ...adminFr, ...historyFr }],
  ["nl", { ...nl, ...adminNl, ...historyNl }],
];

const placeholders = (entry: Catalogue[string] | undefined) =>
  [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

describe.each(others)("the words in %s", (_, catalogue) => {
  test("are as many, and each has something to say", () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort());
    const empty = Object.entries(catalogue).filter(([, entry]) => JSON.stringify(entry).length <= 2);
    expect(empty).toEqual([]);
  });

  test("fill in the same values as the English ones", () => {
    const different = Object.keys(english).filter(
      (key) => JSON.stringify(placeholders(catalogue[key])) !== JSON.stringify(placeholders(english[key])),
    );
    expect(different).toEqual([]);
  });
});
