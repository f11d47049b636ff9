import type { Readable } from "node:stream";
import busboy from "busboy";
import type { Request } from "express";
import { Refusal } from "../errors.ts";

/** Hands the form's one file to `take` as it streams in, and resolves to its answer; anything else in the form is refused. */
export async function receiveFile<T>(
  request: Request,
  take: (name: string, content: Readable) => Promise<T>,
): Promise<T> {
  const form = formOf(request);
  try {
    return await new Promise<T>((resolve, reject) => {
      let taken: Promise<T> | undefined;
      form.on("file", (field, content, { filename }) => {
        if (field !== "file") return content.resume() && reject(malformed());
        // Who reads it hears of it, or has stopped reading, which is no fault.
        content.on("error", () => undefined);
        taken = take(filename ?? "", content);
        taken.catch(reject);
      });
      for (const limit of ["filesLimit", "fieldsLimit"] as const) form.on(limit, () => reject(malformed()));
      form.on("error", () => reject(malformed()));
      form.on("close", () => (taken ? taken.then(resolve, reject) : reject(malformed())));
      request.on("close", () => request.complete || form.destroy(malformed()));
      request.pipe(form);
    });
  } finally {
    // What is left of a refused upload is read and dropped: an answer that meets a reset connection is never seen.
    request.unpipe(form);
    request.resume();
  }
}

function formOf(request: Request): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: { files: 1, fields: 0 }, defParamCharset: "utf8" });
  } catch {
    throw new Refusal("unsupported_media_type", "Send one file as multipart/form-data, in the field “file”.", 415);
  }
}

function malformed(): Refusal {
  return new Refusal("malformed", "Send one file as multipart/form-data, in the field “file”, and nothing else.");
}
