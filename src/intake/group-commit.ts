import { bulkOutcome, type Collection, DURABLE, serializedSize } from "../../adapters/mongo.ts";
import { crashPoint } from "../crash-point.ts";
import { NotStored, Refusal } from "../errors.ts";
import { appendSeconds } from "../metrics.ts";

/** A document nears MongoDB's 16 MB only by an attack: files and raw mail live in GridFS. */
const DOCUMENT_BYTES = 8 * 1024 * 1024;
/** One round trip; MongoDB takes 48 MB in a message. */
const BATCH_BYTES = 16 * 1024 * 1024;
const BATCH_DOCUMENTS = 1_000;
/** What may wait in memory while MongoDB is slow; beyond it the sender is told to try again. */
const WAITING_BYTES = 64 * 1024 * 1024;
/**
 * A batch that is not answered by then is "not stored", and so is what waited behind it: the wire hears so within a second.
 * Should it be stored after all, the sender's repeat meets its id. A timer of ours, since the driver has no such deadline.
 */
const BATCH_MS = 950;

interface Waiting<T> {
  document: T;
  bytes: number;
  resolve(outcome: "stored" | "had"): void;
  reject(fault: Error): void;
}

/**
 * Appends documents durably (majority, journaled). What arrives while one insert is under way goes into the next as a single
 * unordered insert, without any timer: one alone waits for nothing, a burst shares one fsync. Each caller gets its own
 * answer: `stored`, `had` (the id is taken, durably), or a rejection with NotStored.
 */
export function groupCommit<T extends { _id: string }>(
  collection: Collection<T>,
): (document: T) => Promise<"stored" | "had"> {
  let waiting: Waiting<T>[] = [];
  let waitingBytes = 0;
  let writing = false;

  return (document) =>
    new Promise((resolve, reject) => {
      const bytes = serializedSize(document);
      if (bytes === null || bytes > DOCUMENT_BYTES)
        return reject(new Refusal("too_large", "This message is too large to be stored.", 413));
      if (waitingBytes + bytes > WAITING_BYTES) return reject(new NotStored("too much is waiting"));
      waiting.push({ document, bytes, resolve, reject });
      waitingBytes += bytes;
      if (!writing) void write();
    });

  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = nextBatch();
      const settled = append(collection, batch).finally(() => release(batch));
      const answered = await inTime(settled);
      crashPoint("inside the group commit");
      if (answered) continue;
      // What waits would meet the same silence, and its wire would hear of it twice as late.
      const late = [...batch, ...waiting];
      release(waiting);
      waiting = [];
      for (const { reject } of late) reject(new NotStored("MongoDB did not answer in time"));
    }
    writing = false;
  }

  function release(documents: Waiting<T>[]): void {
    for (const { bytes } of documents) waitingBytes -= bytes;
  }

  function nextBatch(): Waiting<T>[] {
    let bytes = 0;
    let size = 0;
    while (size < waiting.length && size < BATCH_DOCUMENTS) {
      bytes += waiting[size]?.bytes ?? 0;
      if (size > 0 && bytes > BATCH_BYTES) break;
      size++;
    }
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return batch;
  }
}

/** Tells each caller what became of its document, and answers whether MongoDB said anything of them. */
async function append<T extends { _id: string }>(collection: Collection<T>, batch: Waiting<T>[]): Promise<boolean> {
  crashPoint("before the append");
  const end = appendSeconds.startTimer();
  try {
    const documents = batch.map(({ document }) => document);
    // After the turn in which the command goes out, and before one in which its answer can come in.
    setImmediate(crashPoint, "append sent, answer not read");
    const outcome = await bulkOutcome(collection, documents, DURABLE);
    end();
    crashPoint("appended, wire not answered");
    batch.forEach(({ resolve, reject }, index) => {
      const fault = outcome.get(index);
      if (fault === undefined) resolve("stored");
      else if (fault === "duplicate") resolve("had");
      else reject(new NotStored(fault));
    });
    return true;
  } catch (fault) {
    for (const { reject } of batch) reject(new NotStored(fault));
    return false;
  }
}

/** Whether MongoDB answers before the deadline. An answer that came while we were busy ourselves is read before we give up. */
function inTime(work: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => setImmediate(() => setImmediate(resolve, false)), BATCH_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
