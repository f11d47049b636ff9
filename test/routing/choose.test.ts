import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Candidate, choose } from "../../src/routing/choose.ts";

const ticket = { language: "fr", tier: "L1" };

function candidate(
  id: string,
  over: Partial<Candidate["agent"]> & { online?: boolean; load?: number } = {},
): Candidate {
  const { online = true, load = 0, ...agent } = over;
  return {
    online,
    load,
    agent: {
      _id: id,
      name: id,
      tier: "L1",
      languages: [],
      capacity: 3,
      available: true,
      assignedAt: new Date(0),
      ...agent,
    },
  };
}

const chosen = (...candidates: Candidate[]) => choose(ticket, candidates).fitting.map(({ agent }) => agent._id);

describe("the agent for a ticket", () => {
  test("is the one with the fewest open tickets", () => {
    expect(chosen(candidate("busy", { load: 2 }), candidate("free", { load: 1 }))).toEqual(["free", "busy"]);
  });

  test("is, among equals, the one who has waited longest", () => {
    const since = (minutes: number) => ({ assignedAt: new Date(minutes * 60_000) });
    expect(chosen(candidate("just now", since(9)), candidate("long ago", since(1)))).toEqual(["long ago", "just now"]);
  });

  test("speaks the language, when anybody in the queue does", () => {
    expect(
      chosen(candidate("en", { languages: ["en"] }), candidate("fr", { languages: ["en", "fr"], load: 2 })),
    ).toEqual(["fr"]);
    expect(chosen(candidate("en", { languages: ["en"] }), candidate("any"))).toEqual(["any"]);
  });

  test("is anybody, when nobody in the queue speaks the language", () => {
    expect(chosen(candidate("en", { languages: ["en"] }), candidate("nl", { languages: ["nl"] }))).toHaveLength(2);
  });

  const excluded: [name: string, over: Parameters<typeof candidate>[1], verdict: string, reason: RegExp][] = [
    ["offline", { online: false }, "offline", /online/],
    ["not available", { available: false }, "unavailable", /available/],
    ["full", { load: 3 }, "full", /full/],
    ["over full", { load: 9 }, "full", /full/],
    ["of another tier", { tier: "L2" }, "other tier", /tier/],
  ];
  test.each(excluded)("is nobody who is %s, and the reason is kept", (_name, over, verdict, reason) => {
    const choice = choose(ticket, [candidate("one", over)]);
    expect(choice.fitting).toEqual([]);
    expect(choice.verdicts).toMatchObject([{ agent: "one", verdict }]);
    expect(choice.reason).toMatch(reason);
  });

  test("is nobody in a queue without agents, and says so", () => {
    expect(choose(ticket, []).reason).toMatch(/no agents/);
  });
});

test("for all candidates: whoever fits is online, available and has room, and each has a verdict", () => {
  const any = fc.record({
    online: fc.boolean(),
    available: fc.boolean(),
    load: fc.nat(4),
    capacity: fc.integer({ min: 1, max: 4 }),
    tier: fc.constantFrom("L1", "L2"),
    languages: fc.subarray(["en", "fr"]),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 8 }), (all) => {
      const candidates = all.map((over, index) => candidate(String(index), over));
      const { fitting, verdicts, reason } = choose(ticket, candidates);
      for (const { online, load, agent } of fitting) {
        expect(online && agent.available && load < agent.capacity && agent.tier === ticket.tier).toBe(true);
      }
      expect(verdicts.map(({ agent }) => agent)).toEqual(candidates.map(({ agent }) => agent._id));
      expect(verdicts.filter(({ verdict }) => verdict === "fits")).toHaveLength(fitting.length);
      expect(reason === undefined).toBe(fitting.length > 0);
    }),
  );
});
