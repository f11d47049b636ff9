import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { GridFSBucket, ObjectId } from "../../adapters/mongo.ts";
import { Refusal } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Attachment, Files, StoredFile } from "../types.ts";
import { type GridFile, hashOf, piecesOf, sameAs, writeFile } from "./write.ts";

/** A message may wait in somebody's pocket this long before it names its files. */
const UNCLAIMED_MS = 48 * 60 * 60 * 1000;

export interface GatewayFiles extends Files {
  /** Under a `key` of the owner's, the same upload again is the same file; another one is refused. */
  store(upload: { owner: string; name: string; content: Readable; key?: string }): Promise<Attachment>;
  /** Deletes what nobody claimed in time; answers how many. Called by the sweep. */
  sweepUnclaimed(now?: Date): Promise<number>;
}

/** Opens the files of this installation; `largest` is in bytes. Await it before anything listens: it makes an index. */
export async function openFiles(store: Store, { largest }: { largest: number }): Promise<GatewayFiles> {
  const bucket = new GridFSBucket(store.db, { bucketName: "files" });
  const files = store.db.collection<GridFile>("files.files");
  const chunks = store.db.collection("files.chunks");
  const unclaimed = { "metadata.unclaimed": true } as const;
  await files.createIndex({ uploadDate: 1 }, { name: "unclaimed_age", partialFilterExpression: unclaimed });
  await files.createIndex(
    { "metadata.owner": 1, "metadata.key": 1 },
    { name: "upload_key", unique: true, partialFilterExpression: { "metadata.key": { $exists: true } } },
  );
  await chunks.createIndex({ files_id: 1, n: 1 }, { unique: true });

  return {
    async store({ owner, name, content, key }) {
      const earlier = () =>
        key === undefined ? null : files.findOne({ "metadata.owner": owner, "metadata.key": key });
      const pieces = piecesOf(content, largest);
      const known = await earlier();
      if (known) return attachmentOf(sameAs(known, await hashOf(pieces)));
      const written = await writeFile(bucket, { owner, name, pieces, ...(key !== undefined && { key }) });
      if ("file" in written) return attachmentOf(written.file);
      // The same upload at the same time was faster.
      return attachmentOf(sameAs((await earlier()) as GridFile, written.hash));
    },

    async claim(ids, owner, message) {
      const wanted = ids.filter(ObjectId.isValid).map((id) => new ObjectId(id));
      const theirs = { _id: { $in: wanted }, "metadata.owner": owner };
      const claimed = { ...theirs, "metadata.message": message };
      const complete = (found: GridFile[]) => found.length === ids.length && new Set(ids).size === ids.length;
      if (!complete(await files.find({ $or: [claimed, { ...theirs, ...unclaimed }] }).toArray())) throw unknownFile();

      const claim = randomBytes(12).toString("hex");
      await files.updateMany(
        { ...theirs, ...unclaimed },
        { $set: { "metadata.message": message, "metadata.claim": claim }, $unset: { "metadata.unclaimed": true } },
      );
      const found = await files.find(claimed).toArray();
      if (!complete(found)) {
        // Another message took one in between: let go of what this call took, and of nothing else.
        await files.updateMany(
          { ...claimed, "metadata.claim": claim },
          { $set: { "metadata.unclaimed": true }, $unset: { "metadata.message": true, "metadata.claim": true } },
        );
        throw unknownFile();
      }
      const byId = new Map(found.map((file) => [file._id.toHexString(), file]));
      return ids.map((id) => attachmentOf(byId.get(id.toLowerCase()) as GridFile));
    },

    async open(id, mayRead) {
      if (!ObjectId.isValid(id)) return null;
      const stored = await files.findOne({ _id: new ObjectId(id) });
      if (!stored) return null;
      const file = fileOf(stored);
      if (!(await mayRead(file))) return null;
      return { file, content: bucket.openDownloadStream(stored._id) };
    },

    async sweepUnclaimed(now = new Date()) {
      const old = { ...unclaimed, uploadDate: { $lt: new Date(now.getTime() - UNCLAIMED_MS) } };
      let swept = 0;
      for await (const { _id } of files.find(old, { projection: { _id: 1 } })) {
        // Claimed since it was read: it stays.
        const { deletedCount } = await files.deleteOne({ _id, ...old });
        if (deletedCount === 0) continue;
        await chunks.deleteMany({ files_id: _id });
        swept++;
      }
      return swept;
    },
  };
}

function attachmentOf({ _id, filename, length, metadata: { type } }: GridFile): Attachment {
  return { id: _id.toHexString(), name: filename, type, size: length };
}

function fileOf(file: GridFile): StoredFile {
  const { owner, message } = file.metadata;
  return { ...attachmentOf(file), owner, ...(message !== undefined && { message }) };
}

function unknownFile(): Refusal {
  return new Refusal("unknown_file", "One of these files is not yours, is not there any more, or was sent already.");
}
