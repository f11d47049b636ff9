import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decide } from "../../src/intake/decide.ts";
import type { Message } from "../../src/types.ts";
import { testSettings } from "../support/core.ts";
import { at, latest, message, Shelf } from "../support/shelf.ts";

interface Step {
  author?: string;
  text: string;
  minutes: number;
  cut: boolean;
}

const steps = fc.array(
  fc.record(
    {
      author: fc.constantFrom("ann", "bob"),
      text: fc.constantFrom("Hello", "thanks", "It is broken", "merci", "Waar blijft mijn pakket?"),
      minutes: fc.constantFrom(0, 0, 1, 600, 3_000, 9_000),
      cut: fc.boolean(),
    },
    { requiredKeys: ["text", "minutes", "cut"] },
  ),
  { minLength: 1, maxLength: 12 },
);
/** Between two stretches of messages agents end what is open, or nothing happens. */
const story = fc.array(fc.record({ steps, end: fc.constantFrom("resolved", "closed", null) }), {
  minLength: 1,
  maxLength: 4,
});

/** Neither a budget nor an age: both depend on when a batch is filed. */
const EVER = testSettings({ acknowledgementsPerHour: 1_000, acknowledgeWithin: Number.POSITIVE_INFINITY });

function play(chapters: { messages: Message[]; cuts: boolean[]; end: "resolved" | "closed" | null }[], whole: boolean) {
  const shelf = new Shelf();
  for (const { messages, cuts, end } of chapters) {
    let batch: Message[] = [];
    messages.forEach((each, index) => {
      batch.push(each);
      if (whole ? index === messages.length - 1 : cuts[index] || index === messages.length - 1) {
        shelf.file(batch, EVER);
        batch = [];
      }
      expect(shelf.tickets.filter(({ open, author }) => open && (author ?? "") === "").length).toBeLessThanOrEqual(1);
    });
    if (end) shelf.end(end, messages.at(-1)?.receivedAt ?? at(0));
  }
  return shelf;
}

function chaptersOf(story: { steps: Step[]; end: "resolved" | "closed" | null }[]) {
  let minutes = 0;
  return story.map(({ steps, end }) => ({
    end,
    cuts: steps.map(({ cut }) => cut),
    messages: steps.map((step) => {
      minutes += step.minutes;
      const { language, ...rest } = message({ text: step.text, receivedAt: at(minutes) });
      return { ...rest, ...(step.author && { author: step.author }), ...(step.cut && { language: "nl" }) };
    }),
  }));
}

describe("for every story of messages, authors, thanks, pauses and endings", () => {
  test("in whatever batches they are filed, each message has the same ticket and the same place, without a gap", () => {
    fc.assert(
      fc.property(story, (told) => {
        const chapters = chaptersOf(told);
        const [apart, together] = [play(chapters, false), play(chapters, true)];
        expect(apart.filed).toEqual(together.filed);
        expect(apart.acknowledgements.map(({ _id, seq }) => [_id, seq])).toEqual(
          together.acknowledgements.map(({ _id, seq }) => [_id, seq]),
        );
        const places = [...apart.filed, ...apart.acknowledgements].map(({ seq }) => seq ?? 0).sort((a, b) => a - b);
        expect(places).toEqual(places.map((_, index) => index + 1));
        expect(apart.conversation?.lastSeq).toBe(places.length);
      }),
    );
  });

  test("each ticket has exactly one verdict on its acknowledgement, and one open ticket an author at most", () => {
    fc.assert(
      fc.property(story, (told) => {
        const shelf = play(chaptersOf(told), false);
        for (const ticket of shelf.tickets) {
          const verdicts = shelf.kinds(ticket).filter((kind) => /acknowledged$/.test(kind));
          expect(verdicts).toHaveLength(1);
          const acknowledgements = shelf.acknowledgements.filter(({ _id }) => _id === `ack/${ticket._id}`);
          expect(acknowledgements).toHaveLength(verdicts[0] === "acknowledged" ? 1 : 0);
        }
        const open = shelf.tickets.filter((ticket) => ticket.open).map(({ author }) => author);
        expect(new Set(open).size).toBe(open.length);
      }),
    );
  });

  test("the decision is pure: the same facts give the same plan, and are left as they were", () => {
    fc.assert(
      fc.property(story, (told) => {
        const chapters = chaptersOf(told);
        const last = chapters.pop()?.messages ?? [];
        const shelf = play(chapters, false);
        const facts = shelf.facts(last);
        const before = inspect(facts, { depth: null });
        const decided = [1, 2].map(() => {
          let number = 5_000;
          return decide(facts, testSettings(), latest(last), () => ++number);
        });
        expect(inspect(facts, { depth: null })).toBe(before);
        expect(decided[0]).toEqual(decided[1]);
      }),
    );
  });
});
