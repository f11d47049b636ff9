import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { roomy } from "../support/config.ts";
import { type Gateway, startGateway } from "../support/gateway.ts";
import { type Ack, type Visitor, visitor } from "../support/visitor.ts";

let gateway: Gateway;
let ann: Visitor;

beforeAll(async () => {
  gateway = await startGateway({ config: roomy() });
  ann = await visitor(gateway);
});
afterAll(async () => {
  ann.close();
  await gateway.stop();
});

function expectTypedError(answer: Ack): void {
  expect(answer).toEqual({
    ok: false,
    error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/\S/) },
  });
}

const id = () => randomUUID();

describe("a malformed message gets a typed error and is not written:", () => {
  const malformed: [name: string, payload: unknown[]][] = [
    ["nothing at all", []],
    ["null", [null]],
    ["a string", ["hello"]],
    ["a number", [7]],
    ["an array", [["hello"]]],
    [
      "two payloads",
      [
        { clientId: id(), text: "a" },
        { clientId: id(), text: "b" },
      ],
    ],
    ["no clientId", [{ text: "hello" }]],
    ["no text", [{ clientId: id() }]],
    ["an operator as text", [{ clientId: id(), text: { $gt: "" } }]],
    ["an operator as clientId", [{ clientId: { $gt: "" }, text: "hello" }]],
    ["a number as text", [{ clientId: id(), text: 7 }]],
    ["null as text", [{ clientId: id(), text: null }]],
    ["an array as text", [{ clientId: id(), text: ["hello"] }]],
    ["an empty text without files", [{ clientId: id(), text: "" }]],
    ["blanks without files", [{ clientId: id(), text: " \n\t " }]],
    ["an empty clientId", [{ clientId: "", text: "hello" }]],
    ["a clientId longer than any column", [{ clientId: "x".repeat(2_000), text: "hello" }]],
    ["a clientId with a null character", [{ clientId: "a\0b", text: "hello" }]],
    ["a text longer than a message may be", [{ clientId: id(), text: "x".repeat(40_000) }]],
    ["files that are no list", [{ clientId: id(), text: "hello", files: "all" }]],
    ["an operator as a file", [{ clientId: id(), text: "hello", files: [{ $ne: null }] }]],
    ["a file that nobody uploaded", [{ clientId: id(), text: "hello", files: ["0123456789abcdef01234567"] }]],
    ["a sender of its own", [{ clientId: id(), text: "hello", from: { address: "somebody-else" } }]],
    ["a conversation of its own", [{ clientId: id(), text: "hello", conversationId: "somebody-else" }]],
    ["bytes as text", [{ clientId: id(), text: Buffer.from("hello") }]],
  ];

  test.each(malformed)("%s", async (_name, payload) => {
    const before = await gateway.store.messages.countDocuments();
    expectTypedError(await ann.ask("message", ...payload));
    expect(await gateway.store.messages.countDocuments()).toBe(before);
  });
});

describe("other events get a typed error for", () => {
  const wrong: [event: string, payload: unknown[]][] = [
    ["history", []],
    ["history", [{}]],
    ["history", [{ after: { $gt: 0 } }]],
    ["history", [{ after: "0" }]],
    ["history", [{ after: -1 }]],
    ["history", [{ after: 1.5 }]],
    ["read", [{ upTo: { $gt: 0 } }]],
    ["read", [{ upTo: "all" }]],
    ["read", [null]],
    ["nonsense", [{}]],
    ["constructor", [{}]],
    ["__proto__", [{}]],
    ["reply", [{ clientId: id(), number: 1, text: "as the agent" }]],
    ["session", [{ visitor: "somebody-else" }]],
  ];

  test.each(wrong)("%s %j", async (event, payload) => {
    expectTypedError(await ann.ask(event, ...payload));
  });
});

describe("what is no event of ours at all", () => {
  test("an event without a way to answer changes nothing", async () => {
    const before = await gateway.store.messages.countDocuments();
    ann.socket.emit("message");
    ann.socket.emit("message", null);
    ann.socket.emit("nonsense", { $where: "1" });
    ann.socket.emit("history", "x", 7);
    expect((await ann.history()).length).toBe(0);
    expect(await gateway.store.messages.countDocuments()).toBe(before);
  });

  test("a frame of a megabyte ends that connection only, and writes nothing", async () => {
    const big = await visitor(gateway);
    const before = await gateway.store.messages.countDocuments();
    const gone = new Promise<string>((resolve) => big.socket.once("disconnect", resolve));
    big.socket.emit("message", { clientId: id(), text: "x".repeat(1_000_000) });
    expect(await gone).toMatch(/transport/);
    expect(ann.socket.connected).toBe(true);
    expect(await gateway.store.messages.countDocuments()).toBe(before);
  });

  const frames = [
    "",
    "9",
    "4",
    "42",
    "42/chat,",
    "40/nonsense,",
    "42/chat,[",
    '42/chat,["message"',
    "45/chat,999-[]",
    "b4AAAA",
    "\u001e\u001e",
    "4".repeat(70_000),
  ];
  test.each(frames)("the raw frame %j is refused or ignored, and the process lives", async (frame) => {
    const handshake = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`);
    const { sid } = JSON.parse((await handshake.text()).slice(1));
    const answer = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: frame,
    }).catch(() => null);
    await answer?.text();
    expect([200, 400, 413, undefined]).toContain(answer?.status);
    expect((await ann.ask("history", { after: 0 })).ok).toBe(true);
  });
});

describe("who may connect", () => {
  const refused: [name: string, auth: Record<string, unknown>][] = [
    ["an inbox that does not exist", { inbox: "nowhere" }],
    ["an operator as inbox", { inbox: { $ne: null } }],
    ["an inbox named after an object's own property", { inbox: "__proto__" }],
    ["a forged token", { token: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ2LTEifQ.c2lnbmF0dXJl" }],
    [
      "an unsigned token",
      { token: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ2LTEiLCJhdWQiOiJ3ZWJzaXRlIiwiaXNzIjoiZmlyc3RsaW5lL3dlYmNoYXQifQ." },
    ],
    ["an operator as token", { token: { $gt: "" } }],
    [
      "a made-up identity",
      { identity: { userId: "7", email: "", name: "", expires: 4_000_000_000, hmac: "0".repeat(64) } },
    ],
  ];

  test.each(refused)("not %s: a typed error, and no session", async (_name, auth) => {
    const refusal = await visitor(gateway, auth).then(
      () => null,
      (fault) => fault,
    );
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal.data).toEqual({ code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/\S/) });
  });

  test("a token changed in one letter is refused", async () => {
    const { token } = ann.session;
    const [head = "", claims = "", signature = ""] = token.split(".");
    const forged = [
      head,
      Buffer.from(Buffer.from(claims, "base64url").toString().replace(ann.session.visitor, "v-another")).toString(
        "base64url",
      ),
      signature,
    ].join(".");
    expect(forged).not.toBe(token);
    await expect(visitor(gateway, { token: forged })).rejects.toThrow();
  });
});

describe("a conversation is its visitor's alone", () => {
  test("naming another's conversation shows nothing of it", async () => {
    const eve = await visitor(gateway);
    expect((await ann.send("my account number is 12")).ok).toBe(true);
    for (const claim of [
      { after: 0, visitor: ann.session.visitor },
      { after: 0, conversationId: ann.session.visitor },
      { after: 0, conversation: `website/${ann.session.visitor}` },
    ]) {
      const answer = await eve.ask("history", claim);
      expect(JSON.stringify(answer)).not.toContain("account number");
    }
    expect(eve.messages).toEqual([]);
    eve.close();
  });

  test("naming another visitor in the handshake makes a visitor of one's own", async () => {
    const eve = await visitor(gateway, { visitor: ann.session.visitor, id: ann.session.visitor });
    expect(eve.session.visitor).not.toBe(ann.session.visitor);
    expect(await eve.history()).toEqual([]);
    eve.close();
  });
});

describe("text is kept as it was written:", () => {
  const texts: [name: string, text: string][] = [
    ["64 hex digits", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"],
    ["markup", "<script>alert(1)</script><img src=x onerror=alert(1)> &amp; <b>bold</b>"],
    ["an operator", '{"$gt": ""}'],
    ["a template", "{{7*7}} <%= 7 %> #{7}"],
    ["every kind of letter", "héllo мир 你好 مرحبا 👩‍👩‍👧‍👦 e\u0301"],
    ["a null character and controls", "a\0b\u0007\u200b\u202e"],
    ["line breaks", "one\r\ntwo\n\nthree"],
    ["a formula", "=HYPERLINK(1)"],
  ];

  test.each(texts)("%s", async (_name, text) => {
    const bob = await visitor(gateway);
    expect((await bob.send(text)).ok).toBe(true);
    const mine = await bob.receives(({ from }) => from === "customer");
    expect(mine.text).toBe(text);
    expect((await gateway.store.messages.findOne({ _id: mine.id }))?.text).toBe(text);
    bob.close();
  });

  test("half of a surrogate pair is replaced, and the rest is kept", async () => {
    const bob = await visitor(gateway);
    expect((await bob.send("broken \ud83d here")).ok).toBe(true);
    expect((await bob.receives(({ from }) => from === "customer")).text).toBe("broken \ufffd here");
    bob.close();
  });
});
