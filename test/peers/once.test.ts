import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { roomy } from "../support/config.ts";
import { eventually } from "../support/eventually.ts";
import { type Installation, startInstallation } from "../support/installation.ts";
import { type Visitor, visitor } from "../support/visitor.ts";

const AT_ONCE = 100;
const VISITORS = 20;

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({ webs: 2, workers: 2 }, { config: roomy() });
});
afterAll(() => installation.stop());

/** The same person in two tabs that different processes serve. */
async function twoTabs(): Promise<[Visitor, Visitor]> {
  const [one, two] = installation.webs;
  if (!one || !two) throw new Error("two web processes are needed");
  const first = await visitor(one);
  return [first, await visitor(two, { token: first.session.token })];
}

test("a message sent 100 times at once over two processes is one row, one ticket and one acknowledgement", async () => {
  const tabs = await twoTabs();
  const clientId = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) => (tabs[i % 2] as Visitor).send("where is my parcel?", clientId)),
  );
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(new Set(answers.map(({ receivedAt }) => receivedAt)).size).toBe(1);
  const conversationId = tabs[0].session.visitor;
  const { messages, tickets } = installation.database.store;
  await tabs[0].receives(({ from }) => from === "gateway");
  expect(await messages.countDocuments({ conversationId, kind: "inbound" })).toBe(1);
  expect(await messages.countDocuments({ conversationId, kind: "ack" })).toBe(1);
  expect(await tickets.countDocuments({ conversationId })).toBe(1);
  expect(tabs[0].messages.filter(({ from }) => from === "gateway")).toHaveLength(1);
  for (const tab of tabs) tab.close();
});

test("an id that is used again for another text keeps both, and flags the second", async () => {
  const [tab, other] = await twoTabs();
  const clientId = randomUUID();
  expect((await tab.send("first text", clientId)).ok).toBe(true);
  const second = await other.send("second text", clientId);
  expect(second.ok).toBe(true);
  expect((await tab.send("second text", clientId)).id).toBe(second.id);
  const rows = await installation.database.store.messages
    .find({ conversationId: tab.session.visitor, kind: "inbound" })
    .sort({ receivedAt: 1 })
    .toArray();
  expect(rows.map(({ text }) => text)).toEqual(["first text", "second text"]);
  expect(rows[1]).toMatchObject({ _id: second.id, conflictsWith: rows[0]?._id });
  tab.close();
  other.close();
});

test("two first messages of one visitor at once are both stored, and make one ticket and one contact, every time", async () => {
  const { messages, tickets, contacts } = installation.database.store;
  await Promise.all(
    Array.from({ length: VISITORS }, async () => {
      const [tab, other] = await twoTabs();
      const answers = await Promise.all([tab.send("hello"), other.send("is anybody there?")]);
      expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
      const conversationId = tab.session.visitor;
      await eventually(async () => {
        expect(await messages.countDocuments({ conversationId, kind: "inbound", state: "filed" })).toBe(2);
      });
      expect(await tickets.countDocuments({ conversationId })).toBe(1);
      expect(await contacts.countDocuments({ addresses: `webchat:${conversationId}` })).toBe(1);
      expect(await messages.countDocuments({ conversationId, kind: "ack" })).toBe(1);
      const history = await tab.history();
      expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
      tab.close();
      other.close();
    }),
  );
});
