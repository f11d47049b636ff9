import { fileTypeFromBuffer } from "file-type";

/** Every signature stands well within this; text that is text so far is text. */
export const SAMPLE_BYTES = 64 * 1024;

/** What no text contains: control characters, but for tab, line feed, form feed and carriage return. */
const BINARY = /[^\P{Cc}\t\n\f\r]/u;

/** The media type of a file that begins like this. Never one that a browser runs: unknown text is text/plain. */
export async function typeOf(sample: Uint8Array): Promise<string> {
  const found = await fileTypeFromBuffer(sample).catch(() => undefined);
  if (found && !ACTIVE.test(found.mime)) return found.mime;
  return isText(sample) ? "text/plain" : "application/octet-stream";
}

const ACTIVE = /^(text\/html|image\/svg\+xml|application\/(xml|xhtml\+xml))$/;

/** Valid UTF-8; a character may be cut at the end of the sample. */
function isText(sample: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: sample.length >= SAMPLE_BYTES });
    return !BINARY.test(text);
  } catch {
    return false;
  }
}
