import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { type GridFSBucket, isDuplicateKey, type ObjectId } from "../../adapters/mongo.ts";
import { Refusal } from "../errors.ts";
import { displayName } from "./name.ts";
import { SAMPLE_BYTES, typeOf } from "./type.ts";

interface Metadata {
  owner: string;
  /** Told from the content, never from the name. */
  type: string;
  /** Of the content, to tell a repeated upload from another one. */
  hash: string;
  /** Of the owner's making: names one upload. */
  key?: string;
  /** Present until a message claims it. */
  unclaimed?: true;
  message?: string;
  /** Which call claimed it. */
  claim?: string;
}

/** One document of GridFS' `files.files`. */
export interface GridFile {
  _id: ObjectId;
  filename: string;
  length: number;
  uploadDate: Date;
  metadata: Metadata;
}

/** Writes pieces into GridFS; leaves nothing behind when it fails. Without a `file`, one of the same key was there already. */
export async function writeFile(
  bucket: GridFSBucket,
  { owner, name, pieces, key }: { owner: string; name: string; pieces: Pieces; key?: string },
): Promise<{ hash: string; file: GridFile } | { hash: string }> {
  const sample = await firstOf(pieces);
  if (sample.length === 0) throw new Refusal("file_empty", "This file is empty.");
  const type = await typeOf(sample);
  const metadata: Metadata = { owner, type, hash: "", unclaimed: true, ...(key !== undefined && { key }) };
  const filename = displayName(name);
  const upload = bucket.openUploadStream(filename, { metadata });
  // A failed write is told by its callback; without a listener it would end the process as well.
  upload.on("error", () => undefined);
  const hash = createHash("sha256");
  let length = 0;
  const write = async (piece: Uint8Array) => {
    hash.update(piece);
    length += piece.length;
    // One after another: when a later piece is refused, nothing is still on its way into the database.
    await new Promise<void>((resolve, reject) => upload.write(piece, (fault) => (fault ? reject(fault) : resolve())));
  };
  try {
    await write(sample);
    for await (const piece of pieces) await write(piece);
    metadata.hash = hash.digest("hex");
    upload.end();
    await finished(upload);
    return { hash: metadata.hash, file: { _id: upload.id, filename, length, uploadDate: new Date(), metadata } };
  } catch (fault) {
    await upload.chunks.deleteMany({ files_id: upload.id });
    if (isDuplicateKey(fault)) return { hash: metadata.hash };
    throw fault;
  }
}

type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

/** A stream's pieces, up to so many bytes; then Refusal `file_too_large`. */
export async function* piecesOf(content: Readable, largest: number): Pieces {
  let length = 0;
  for await (const piece of content) {
    length += piece.length;
    if (length > largest)
      throw new Refusal("file_too_large", `A file may have at most ${Math.floor(largest / 1024 / 1024)} MB.`, 413);
    yield piece;
  }
}

/** Enough of the beginning to tell the type from. */
async function firstOf(pieces: Pieces): Promise<Uint8Array> {
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < SAMPLE_BYTES) {
    const { value, done } = await pieces.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  return Buffer.concat(first);
}

/** The hash of what is not stored. */
export async function hashOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** The file there is, when it is the same; else a Refusal. */
export function sameAs(known: GridFile, hash: string): GridFile {
  if (known.metadata.hash === hash) return known;
  throw new Refusal("idempotency_key_reused", "This Idempotency-Key was used for another file. Take a new one.", 422);
}
