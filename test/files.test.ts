import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ObjectId } from "../adapters/mongo.ts";
import { type GatewayFiles, openFiles } from "../src/files/index.ts";
import { displayName } from "../src/files/name.ts";
import { typeOf } from "../src/files/type.ts";
import { type Database, openDatabase } from "./support/database.ts";

const LARGEST = 1_000_000;
const HOURS = 60 * 60 * 1000;
const PNG = Buffer.from(
  "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6300010000050001",
  "hex",
);
let database: Database;
let files: GatewayFiles;

beforeAll(async () => {
  database = await openDatabase();
  files = await openFiles(database.store, { largest: LARGEST });
});
afterAll(() => database.close());

const store = (
  content: Buffer | string,
  { owner = "amina", name = "a.txt", key }: { owner?: string; name?: string; key?: string } = {},
) => files.store({ owner, name, content: Readable.from([Buffer.from(content)]), ...(key && { key }) });
const chunksOf = (id?: string) =>
  database.store.db.collection("files.chunks").countDocuments(id ? { files_id: new ObjectId(id) } : {});

describe("a file", () => {
  test.each([1, 64 * 1024, 255 * 1024, 255 * 1024 + 1, LARGEST])("of %i bytes comes back as it was", async (size) => {
    const bytes = randomBytes(size);
    const stored = await files.store({ owner: "amina", name: "random.bin", content: Readable.from(pieces(bytes)) });
    expect(stored).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: "random.bin",
      type: expect.any(String),
      size,
    });
    const found = await files.open(stored.id, () => true);
    expect(found?.file).toEqual({ ...stored, owner: "amina" });
    expect((await buffer(found?.content as Readable)).equals(bytes)).toBe(true);
  });

  test("that is too large, empty or cut off leaves nothing behind", async () => {
    const before = await chunksOf();
    const endless = Readable.from(
      (function* () {
        for (;;) yield randomBytes(50_000);
      })(),
    );
    await expect(files.store({ owner: "amina", name: "x", content: endless })).rejects.toMatchObject({
      code: "file_too_large",
      status: 413,
    });
    expect(endless.destroyed).toBe(true);
    await expect(store("")).rejects.toMatchObject({ code: "file_empty" });
    const broken = Readable.from(
      (async function* () {
        yield randomBytes(400_000);
        throw new Error("the phone lost its network");
      })(),
    );
    await expect(files.store({ owner: "amina", name: "x", content: broken })).rejects.toThrow("lost its network");
    expect(await chunksOf()).toBe(before);
    expect(await database.store.db.collection("files.files").countDocuments({ filename: "x" })).toBe(0);
  });

  test("is opened only for whom mayRead says, and not at all under an id that is none", async () => {
    const { id } = await store("secret", { owner: "amina" });
    expect(await files.open(id, ({ owner }) => owner === "baraka")).toBeNull();
    expect(await files.open(id, async ({ owner }) => owner === "amina")).not.toBeNull();
    for (const wrong of ["", "nothing", "000000000000000000000000", '{"$gt":""}'])
      expect(await files.open(wrong, () => true)).toBeNull();
  });

  test("uploaded again under the same key is the same file; another one is refused", async () => {
    const key = randomUUID();
    const same = await Promise.all(Array.from({ length: 5 }, () => store("the same", { key })));
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    expect(await store("the same", { key })).toEqual(same[0]);
    await expect(store("another", { key })).rejects.toMatchObject({ code: "idempotency_key_reused", status: 422 });
    expect((await store("another", { key, owner: "baraka" })).id).not.toBe(same[0]?.id);
    const kept = await database.store.db.collection("files.files").find({ "metadata.key": key }).toArray();
    expect(kept).toHaveLength(2);
  });
});

function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

describe("the type is told from the content, never from the name", () => {
  test.each<[string, Buffer | string, string]>([
    ["a picture", PNG, "image/png"],
    ["a page", "<!doctype html><script>alert(1)</script>", "text/plain"],
    ["a drawing that can run scripts", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "text/plain"],
    ["markup", '<?xml version="1.0"?><a/>', "text/plain"],
    ["words in Swahili and Chinese", "Habari, 你好\n", "text/plain"],
    ["a document", "%PDF-1.7\n%âãÏÓ", "application/pdf"],
    ["bytes that are no text", Buffer.from([0xc0, 0x80, 0xf5, 0xff]), "application/octet-stream"],
    ["text with a NUL", "ab\u0000c", "application/octet-stream"],
    ["a program", Buffer.from("4d5a90000300000004000000ffff0000", "hex"), "application/x-msdownload"],
    ["an archive cut short", Buffer.from("504b0304", "hex"), "application/zip"],
  ])("%s", async (_, content, type) => {
    expect((await store(content, { name: "holiday.jpg" })).type).toBe(type);
  });

  test("a character that the sample cuts in two is text all the same", async () => {
    expect(await typeOf(Buffer.from(`${"x".repeat(64 * 1024 - 1)}é`).subarray(0, 64 * 1024))).toBe("text/plain");
  });
});

describe("the name that is shown", () => {
  test.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\me\\photo.jpg", "photo.jpg"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["a\u0000b\r\nc.txt", "abc.txt"],
    ["zero\u200bwidth\ufeff.txt", "zerowidth.txt"],
    [".htaccess", "htaccess"],
    ["...", "file"],
    ["", "file"],
    ["half\ud800.txt", "half.txt"],
    ['<img src="x">.png', "_img src=_x__.png"],
    ["Lettre d’été.pdf", "Lettre d’été.pdf"],
    ["😀".repeat(200), "😀".repeat(120)],
    [`${"x".repeat(300)}.pdf`, `${"x".repeat(116)}.pdf`],
  ])("of %j is %j", (given, shown) => {
    expect(displayName(given)).toBe(shown);
  });

  test("is never empty, never long, never a path, and the same when it is cleaned again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (given) => {
        const shown = displayName(given);
        expect([...shown].length).toBeLessThanOrEqual(120);
        expect(shown).toMatch(/^[^/\\\p{Cc}\p{Cf}]+$/u);
        expect(displayName(shown)).toBe(shown);
      }),
    );
  });
});

describe("claiming", () => {
  test("gives one's own files to one message, in order, and again to the same message only", async () => {
    const [a, b] = [await store("a"), await store("b")];
    expect(await files.claim([b.id, a.id], "amina", "message-1")).toEqual([b, a]);
    expect(await files.claim([b.id, a.id], "amina", "message-1")).toEqual([b, a]);
    await expect(files.claim([a.id], "amina", "message-2")).rejects.toMatchObject({
      code: "unknown_file",
      status: 400,
    });
    expect((await files.open(a.id, () => true))?.file.message).toBe("message-1");
  });

  test("refuses all when one is another's, missing, named twice or no id, and claims nothing then", async () => {
    const [mine, theirs] = [await store("mine"), await store("theirs", { owner: "baraka" })];
    for (const ids of [
      [mine.id, theirs.id],
      [mine.id, "000000000000000000000000"],
      [mine.id, mine.id],
      [mine.id, "x"],
    ])
      await expect(files.claim(ids, "amina", "message-3")).rejects.toMatchObject({ code: "unknown_file" });
    expect((await files.open(mine.id, () => true))?.file.message).toBeUndefined();
  });

  test("by two messages at the same moment succeeds for one of them", async () => {
    for (let round = 0; round < 10; round++) {
      const both = [await store("a"), await store("b")].map(({ id }) => id);
      const settled = await Promise.allSettled(
        [0, 1, 2, 3].map((i) => files.claim(both, "amina", `race-${round}-${i}`)),
      );
      expect(settled.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
      const held = await Promise.all(both.map(async (id) => (await files.open(id, () => true))?.file.message));
      expect(new Set(held).size).toBe(1);
      // Whoever lost has let go: what nobody holds can still be sent.
      if (held[0] === undefined) await files.claim(both, "amina", `after-${round}`);
    }
  });
});

describe("the sweep", () => {
  test("deletes what nobody claimed within 48 hours, with its bytes, and nothing else", async () => {
    const [old, fresh, claimed] = [await store("old"), await store("fresh"), await store("claimed")];
    await files.claim([claimed.id], "amina", "message-9");
    const age = (id: string, hours: number) =>
      database.store.db
        .collection("files.files")
        .updateOne({ _id: new ObjectId(id) }, { $set: { uploadDate: new Date(Date.now() - hours * HOURS) } });
    await Promise.all([age(old.id, 49), age(fresh.id, 47), age(claimed.id, 1000)]);
    expect(await files.sweepUnclaimed()).toBe(1);
    expect(await files.open(old.id, () => true)).toBeNull();
    expect(await chunksOf(old.id)).toBe(0);
    for (const { id } of [fresh, claimed]) expect(await chunksOf(id)).toBe(1);
    expect(await files.sweepUnclaimed()).toBe(0);
  });
});
