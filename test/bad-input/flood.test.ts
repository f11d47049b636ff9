import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { type Visitor, visitor } from "../support/visitor.ts";

/** The page's promise to everyone else while one visitor floods: an answer that a person takes for immediate. */
const UNDELAYED_MS = 1_000;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

test("200 messages a second are stored up to the limit, then answered with rate_limited, and delay nobody else", async () => {
  const flooder = await visitor(gateway);
  const other = await visitor(gateway);
  const answers = Promise.all(Array.from({ length: 400 }, (_, i) => flooder.send(`flood ${i}`)));
  const from = Date.now();
  expect((await other.send("a question")).ok).toBe(true);
  expect(Date.now() - from).toBeLessThan(UNDELAYED_MS);
  const outcome = await answers;
  const stored = outcome.filter(({ ok }) => ok);
  const refused = outcome.filter(({ ok }) => !ok);
  expect(stored.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set(["rate_limited"]));
  expect(refused[0]?.error?.message).toMatch(/\d+ seconds/);
  expect(await ledgerSize(flooder)).toBe(stored.length);
  flooder.close();
  other.close();
});

test("a made-up X-Forwarded-For does not escape the limit on an address", async () => {
  const visitors: Visitor[] = [];
  let refusal: (Error & { data?: { code: string } }) | undefined;
  for (let i = 0; i < 2_000 && !refusal; i++) {
    await visitor(gateway, {}, { extraHeaders: { "x-forwarded-for": `203.0.${i >> 8}.${i & 255}` } }).then(
      (one) => {
        one.close();
        visitors.push(one);
      },
      (fault) => {
        refusal = fault;
      },
    );
  }
  expect(refusal?.data?.code).toBe("rate_limited");
});

function ledgerSize({ session }: Visitor): Promise<number> {
  return gateway.store.messages.countDocuments({ conversationId: session.visitor, kind: "inbound" });
}
