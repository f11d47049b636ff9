import type { Readable } from "node:stream";
import busboy from "busboy";
import type { NextFunction, Request, Response } from "express";
import { Refusal } from "../../src/errors.ts";
import type { Attachment, StoredFile } from "../../src/types.ts";
import { originAllowed, requireOrigin } from "./origins.ts";
import { readToken, type Visitor } from "./session.ts";
import type { Desk } from "./socket.ts";

/** What mail systems carry too, and what a phone uploads within a minute. */
const LARGEST_FILE = 10 * 1024 * 1024;
/** Boundaries and headers around the file in its form. */
const FORM_BYTES = 16 * 1024;
/** How long a browser remembers a CORS preflight: two hours is the most that Chromium takes. */
const PREFLIGHT_S = 7_200;

/** Puts `POST files` and `GET files/:id` on the channel's router. */
export function serveFiles(desk: Desk): void {
  const { router } = desk.host;
  router.use("/files", (request, response, next) => cors(desk, request, response, next));
  router.post("/files", (request, response) => answer(desk, response, () => upload(desk, request, response)));
  router.get("/files/:id", (request, response) => answer(desk, response, () => download(desk, request, response)));
}

/** Whose files a visitor's uploads are. */
export function fileOwner(visitor: Visitor): string {
  return `webchat/${visitor.inbox}/${visitor.id}`;
}

/** A preflight names no inbox yet; the request that follows it is held to its own inbox's origins. */
function cors({ inboxes }: Desk, request: Request, response: Response, next: NextFunction): void {
  const { origin } = request.headers;
  response.vary("Origin");
  if (origin && [...inboxes.values()].some((inbox) => originAllowed(inbox, request.headers))) {
    response.set("Access-Control-Allow-Origin", origin);
  }
  if (request.method !== "OPTIONS") {
    next();
    return;
  }
  response.set("Access-Control-Allow-Methods", "GET, POST");
  response.set("Access-Control-Allow-Headers", "authorization, content-type");
  response.set("Access-Control-Max-Age", String(PREFLIGHT_S));
  response.status(204).end();
}

async function answer({ host }: Desk, response: Response, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (fault) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (!(fault instanceof Refusal)) host.log.error({ fault }, "a web chat file request failed");
    const { code, message, status } =
      fault instanceof Refusal
        ? fault
        : new Refusal("internal", "Something failed on our side. Please try again.", 500);
    response.status(status).json({ ok: false, error: { code, message } });
  }
}

async function upload(desk: Desk, request: Request, response: Response): Promise<void> {
  const visitor = await visitorOf(desk, request);
  await desk.limits.upload(visitor.inbox, visitor.id, desk.host.clientAddress(request));
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_FILE + FORM_BYTES) throw tooLarge();
  response
    .status(201)
    .json(
      await await firstFile(request, (name, content) =>
        desk.host.files.store({ owner: fileOwner(visitor), name, content }),
      ),
    );
}

async function download(desk: Desk, request: Request, response: Response): Promise<void> {
  const visitor = await visitorOf(desk, request);
  const found = await desk.host.files.open(String(request.params.id), (file) => mayRead(desk, visitor, file));
  if (!found) throw new Refusal("not_found", "There is no such file for you.", 404);
  response.attachment(found.file.name);
  response.set({
    "Content-Type": found.file.type,
    "Content-Length": String(found.file.size),
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
  });
  found.content.on("error", () => response.destroy());
  response.on("close", () => found.content.destroy());
  found.content.pipe(response);
}

async function visitorOf({ host, inboxes }: Desk, request: Request): Promise<Visitor> {
  const [, token] = /^Bearer (\S{1,4000})$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!token) throw new Refusal("token_missing", "Send the visitor's token as Authorization: Bearer.", 401);
  const visitor = await readToken(token, host.secret);
  const inbox = inboxes.get(visitor.inbox);
  if (!inbox) throw new Refusal("unknown_inbox", "This web chat is no longer served here.", 404);
  requireOrigin(inbox, request.headers);
  return visitor;
}

/** Their own uploads, and what an agent attached to an answer in their conversation. */
async function mayRead({ host }: Desk, visitor: Visitor, file: StoredFile): Promise<boolean> {
  if (file.owner === fileOwner(visitor)) return true;
  const message = file.message ? await host.desk.message(file.message) : null;
  return (
    message !== null &&
    message.inbox === visitor.inbox &&
    message.conversationId === visitor.id &&
    message.kind !== "note"
  );
}

/** The form's one file, as it streams in; whatever else it carries is dropped. */
async function firstFile(
  request: Request,
  take: (name: string, content: Readable) => Promise<Attachment>,
): Promise<Attachment> {
  const form = open(request);
  try {
    return await new Promise((resolve, reject) => {
      let taken = false;
      form.on("file", (_field, content, { filename }) => {
        taken = true;
        content.on("limit", () => content.destroy(tooLarge()));
        content.on("error", (fault) => reject(fault instanceof Refusal ? fault : malformed()));
        take(filename ?? "", content).then(resolve, reject);
      });
      form.on("error", () => reject(malformed()));
      form.on("close", () => taken || reject(malformed()));
      request.on("close", () => request.complete || form.destroy());
      request.pipe(form);
    });
  } finally {
    // What is left of a refused upload is read and dropped: an answer that meets a reset connection is never seen.
    request.unpipe(form);
    request.resume();
  }
}

function open(request: Request): busboy.Busboy {
  try {
    const limits = { files: 1, fields: 0, parts: 1, fileSize: LARGEST_FILE + 1 };
    return busboy({ headers: request.headers, limits, defParamCharset: "utf8" });
  } catch {
    throw malformed();
  }
}

function tooLarge(): Refusal {
  return new Refusal("file_too_large", "A file may have at most 10 MB.", 413);
}

function malformed(): Refusal {
  return new Refusal("invalid", "Send one file in a form (multipart/form-data).");
}
