import { describe, expect, test } from "@jest/globals";
import { adminEn } from "../../src/console/messages/admin.en.ts";
import { adminFr } from "../../src/console/messages/admin.fr.ts";
import { adminNl } from "../../src/console/messages/admin.nl.ts";
import { en } from "../../src/console/messages/en.ts";
import { errorsEn } from "../../src/console/messages/errors.en.ts";
import { errorsFr } from "../../src/console/messages/errors.fr.ts";
import { errorsNl } from "../../src/console/messages/errors.nl.ts";
import { fr } from "../../src/console/messages/fr.ts";
import { historyEn } from "../../src/console/messages/history.en.ts";
import { historyFr } from "../../src/console/messages/history.fr.ts";
import { historyNl } from "../../src/console/messages/history.nl.ts";
import { nl } from "../../src/console/messages/nl.ts";

type Catalogue = Record<string, string | { one: string; other: string }>;

const english: Catalogue = { ...en, ...adminEn, ...errorsEn, ...historyEn };
const others: [string, Catalogue][] = [
  ["fr", { ...fr, ...adminFr, ...errorsFr, ...historyFr }],
  ["nl", { ...nl, ...adminNl, ...errorsNl, ...historyNl }],
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
    // Except what the server says in English itself: the others have no use for its sentence.
    const own = Object.keys(english).filter((key) => !(key in errorsEn));
    const different = own.filter(
      (key) => JSON.stringify(placeholders(catalogue[key])) !== JSON.stringify(placeholders(english[key])),
    );
    expect(different).toEqual([]);
  });
});
