import { describe, expect, test } from "@jest/globals";
import { contactName, initials } from "../../../src/console/lib/contact-name.ts";

describe("what a customer is called", () => {
  test.each([
    ["their name, where known", { id: "a", name: " Zoë Peeters " }, "Africa/Nairobi", "Zoë Peeters"],
    [
      "a place and a code, where not",
      { id: "visitor-1", name: "" },
      "Africa/Nairobi",
      /^Visitor · Nairobi · [0-9A-F]{4}$/,
    ],
    ["a place of several words", { id: "visitor-1" }, "America/Argentina/Buenos_Aires", /^Visitor · Buenos Aires · /],
    ["a code alone, where the zone says no place", { id: "visitor-1" }, "Etc/UTC", /^Visitor · [0-9A-F]{4}$/],
    ["a code alone, without a zone", { id: "visitor-1" }, undefined, /^Visitor · [0-9A-F]{4}$/],
    ["a code, where the name is only the word visitor", { id: "visitor-1", name: "visitor" }, undefined, /^Visitor · /],
  ])("is %s", (_, contact, zone, expected) => {
    const name = contactName(contact, zone, "Visitor");
    if (typeof expected === "string") expect(name).toBe(expected);
    else expect(name).toMatch(expected);
  });

  test("is the same each time, and tells neighbours apart", () => {
    const names = Array.from({ length: 200 }, (_, index) =>
      contactName({ id: `visitor-${index}` }, undefined, "Visitor"),
    );
    expect(contactName({ id: "visitor-0" }, undefined, "Visitor")).toBe(names[0]);
    expect(new Set(names).size).toBeGreaterThan(195);
  });
});

test.each([
  ["Bo Jansen", "BJ"],
  ["amina", "A"],
  ["Visitor · Nairobi · 3F2A", "V3"],
  ["Éloïse van den Berg", "ÉB"],
  ["李小龙", "李"],
  ["", "?"],
  ["🙂", "?"],
])("shortens %j to %j", (name, expected) => {
  expect(initials(name)).toBe(expected);
});
