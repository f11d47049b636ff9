import { createHmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { SignJWT } from "jose";
import { webchatInbox } from "../../../channels/webchat/schema.ts";
import { admit, issueToken, readToken } from "../../../channels/webchat/session.ts";

const secret = new TextEncoder().encode("a secret of this installation, 32 bytes");
const identitySecret = "shared with the site's own server";
const inboxes = new Map([
  ["website", webchatInbox.parse({ name: "Website", identitySecret })],
  ["shop", webchatInbox.parse({ name: "Shop" })],
]);
const now = new Date("2026-11-22T08:00:00Z");
const later = Math.floor(now.getTime() / 1000) + 600;

/** As a site's server would do it, from the manual alone. */
function identityOf(fields: { userId: string; email?: string; name?: string; expires?: number }, by = identitySecret) {
  const { userId, email = "", name = "", expires = later } = fields;
  const hmac = createHmac("sha256", by).update(`${userId}\n${email}\n${name}\n${expires}`).digest("hex");
  return { userId, email, name, expires, hmac };
}

const enter = (auth: unknown) => admit(auth, inboxes, secret, now);

describe("an anonymous visitor", () => {
  test("is somebody new each time, without a token", async () => {
    const [one, two] = [await enter({ inbox: "website" }), await enter({ inbox: "website", token: null })];
    expect(one.visitor.id).toMatch(/^v-[\w-]{22}$/);
    expect(two.visitor.id).not.toBe(one.visitor.id);
  });

  test("is known again by the token", async () => {
    const { visitor } = await enter({ inbox: "website" });
    const token = await issueToken(visitor, secret);
    expect((await enter({ inbox: "website", token })).visitor).toEqual(visitor);
  });

  test("is nobody on another inbox", async () => {
    const token = await issueToken({ id: "v-ann", inbox: "website" }, secret);
    await expect(enter({ inbox: "shop", token })).rejects.toMatchObject({ code: "token_invalid" });
  });

  test("brings language and time zone where they are real, and enters without them where not", async () => {
    expect(await enter({ inbox: "website", language: "pt-br", timeZone: "Africa/Nairobi" })).toMatchObject({
      language: "pt-BR",
      timeZone: "Africa/Nairobi",
    });
    const odd = await enter({ inbox: "website", language: "no_such tag", timeZone: "Mars/Base" });
    expect(odd).toEqual({ visitor: odd.visitor });
  });
});

describe("a token", () => {
  const claims = () => new SignJWT({}).setSubject("v-ann").setAudience("website").setIssuer("firstline/webchat");

  test("of another secret is refused as invalid", async () => {
    const other = new TextEncoder().encode("another installation's secret, 32 bytes");
    const token = await issueToken({ id: "v-ann", inbox: "website" }, other);
    await expect(readToken(token, secret)).rejects.toMatchObject({ code: "token_invalid", status: 401 });
  });

  test("that has expired is refused as expired", async () => {
    const token = await claims().setProtectedHeader({ alg: "HS256" }).setExpirationTime(1).sign(secret);
    await expect(readToken(token, secret)).rejects.toMatchObject({ code: "token_expired", status: 401 });
  });

  test("made with the same secret for another purpose is refused", async () => {
    const token = await new SignJWT({}).setSubject("v-ann").setProtectedHeader({ alg: "HS256" }).sign(secret);
    await expect(readToken(token, secret)).rejects.toMatchObject({ code: "token_invalid" });
  });

  test("without signature is refused", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "none" })}.${part({ sub: "v-ann", aud: "website", iss: "firstline/webchat" })}.`;
    await expect(readToken(token, secret)).rejects.toMatchObject({ code: "token_invalid" });
  });
});

describe("a proven identity", () => {
  test("is the same visitor on each device, and another than the anonymous one who sat there", async () => {
    const before = await enter({ inbox: "website" });
    const token = await issueToken(before.visitor, secret);
    const here = await enter({ inbox: "website", token, identity: identityOf({ userId: "7", name: "Zoë" }) });
    const there = await enter({ inbox: "website", identity: identityOf({ userId: "7", email: "zoe@example.org" }) });
    expect(here.visitor.id).toMatch(/^u-[\w-]{22}$/);
    expect(here.visitor.id).toBe(there.visitor.id);
    expect(here.visitor.user).toEqual({ id: "7", name: "Zoë" });
    expect(there.visitor.user).toEqual({ id: "7", email: "zoe@example.org" });
  });

  test("leaves a token that connects nobody once the person has logged out, nor another who logs in", async () => {
    const ann = await enter({ inbox: "website", identity: identityOf({ userId: "ann" }) });
    const token = await issueToken(ann.visitor, secret);
    await expect(enter({ inbox: "website", token })).rejects.toMatchObject({ code: "identity_required" });
    const bob = await enter({ inbox: "website", token, identity: identityOf({ userId: "bob" }) });
    expect(bob.visitor.id).not.toBe(ann.visitor.id);
  });

  const valid = identityOf({ userId: "7", email: "a@b.example", name: "Ann" });
  const refused: [name: string, inbox: string, identity: object, code: string][] = [
    ["another user id", "website", { ...valid, userId: "8" }, "identity_invalid"],
    ["another e-mail", "website", { ...valid, email: "c@b.example" }, "identity_invalid"],
    ["another name", "website", { ...valid, name: "Bob" }, "identity_invalid"],
    ["a later expiry", "website", { ...valid, expires: later + 1 }, "identity_invalid"],
    ["a signature by another secret", "website", identityOf({ userId: "7" }, "x".repeat(32)), "identity_invalid"],
    ["an inbox without identitySecret", "shop", valid, "identity_invalid"],
    ["an expiry that has passed", "website", identityOf({ userId: "7", expires: later - 600 }), "identity_expired"],
    ["fields that run into one another", "website", identityOf({ userId: "7\na@b.example" }), "invalid"],
    ["a signature that is none", "website", { ...valid, hmac: "yes" }, "invalid"],
    ["an operator as signature", "website", { ...valid, hmac: { $gt: "" } }, "invalid"],
    ["an empty user id", "website", identityOf({ userId: "" }), "invalid"],
    ["an unknown field", "website", { ...valid, admin: true }, "invalid"],
  ];
  test.each(refused)("is refused with %s", async (_name, inbox, identity, code) => {
    await expect(enter({ inbox, identity })).rejects.toMatchObject({ code });
  });
});

test.each([
  ["nothing", undefined, "invalid"],
  ["no inbox", {}, "invalid"],
  ["an unknown inbox", { inbox: "nowhere" }, "unknown_inbox"],
  ["an inbox named like an object's own property", { inbox: "__proto__" }, "unknown_inbox"],
  ["an operator as inbox", { inbox: { $gt: "" } }, "invalid"],
  ["an operator as token", { inbox: "website", token: { $gt: "" } }, "invalid"],
  ["a token that is none", { inbox: "website", token: "x" }, "token_invalid"],
])("a handshake with %s is refused with a typed error", async (_name, auth, code) => {
  await expect(enter(auth)).rejects.toMatchObject({ code });
});
