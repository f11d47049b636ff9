import { describe, expect, test } from "@jest/globals";
import { parseOptions } from "@node-rs/argon2";
import { hashPassword, passwordMatches } from "../../src/agents/passwords.ts";

describe("passwords", () => {
  test("are stored as argon2id with OWASP's minimum parameters, salted", async () => {
    const [one, two] = await Promise.all([hashPassword("several good words"), hashPassword("several good words")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$/);
    expect(parseOptions(one)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(one).not.toBe(two);
  });

  test("match themselves, also when typed with composed letters, and nothing else", async () => {
    const hash = await hashPassword("caf\u00e9 au lait");
    expect(await passwordMatches(hash, "cafe\u0301 au lait")).toBe(true);
    expect(await passwordMatches(hash, "caf\u00e9 au lai")).toBe(false);
    expect(await passwordMatches(hash, "")).toBe(false);
  });

  test("take as long to be refused where there is nobody as where there is somebody", async () => {
    const hash = await hashPassword("several good words");
    await passwordMatches(undefined, "warm up");
    const took = async (stored: string | undefined) => {
      const start = process.hrtime.bigint();
      expect(await passwordMatches(stored, "wrong words")).toBe(false);
      return Number(process.hrtime.bigint() - start) / 1e6;
    };
    // By turns, so that whatever else the machine does slows both down.
    const times: [number, number][] = [];
    for (let i = 0; i < 9; i++) times.push([await took(hash), await took(undefined)]);
    const median = (which: 0 | 1) => times.map((pair) => pair[which]).sort((x, y) => x - y)[4] ?? 0;
    const [somebody, nobody] = [median(0), median(1)];
    expect(nobody).toBeGreaterThan(somebody / 3);
    expect(somebody).toBeGreaterThan(nobody / 3);
  });

  test.each([
    ["too short", "seven77"],
    ["too long", "x1y2".repeat(65)],
    ["one letter again and again", "aaaaaaaaaaaa"],
    ["the e-mail address", "Amina@Example.org"],
    ["the name", "Amina Odhiambo"],
  ])("are refused when they are %s", async (_, password) => {
    const owner = { email: "amina@example.org", name: "Amina Odhiambo" };
    await expect(hashPassword(password, owner)).rejects.toMatchObject({ code: "weak_password", status: 400 });
  });
});
