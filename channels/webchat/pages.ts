import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import express, { type Response, Router } from "express";

/** A changed widget reaches every site within this. */
const CACHE_S = 300;
/** The demo page's own: everything from here, nothing inline. Sockets are named for browsers that take 'self' as http alone. */
const DEMO_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const compress = promisify(gzip);

/** The demo page at `/` with the chat of this inbox, the script that sites embed at `/widget.js`, and what the demo page loads under `/widget/`. */
export function serveWidget(inbox = "website", folder = builtWidget()): Router {
  const router = Router();
  const widget = loadOnce(() => prepare(join(folder, "widget.js")));
  const demo = () => readFileSync(join(folder, "demo.html"), "utf8").replaceAll('inbox="website"', `inbox="${inbox}"`);
  router.get("/", (_request, response) => {
    response.set("Content-Security-Policy", DEMO_POLICY);
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cache-Control", "no-cache");
    response.type("html").send(demo());
  });
  router.get("/widget.js", async (request, response) => {
    const { plain, packed, tag } = await widget();
    scriptHeaders(response, tag);
    if (request.fresh) response.status(304).end();
    else if (request.acceptsEncodings("gzip")) response.set("Content-Encoding", "gzip").send(packed);
    else response.send(plain);
  });
  router.use("/widget", express.static(folder, { index: false, maxAge: CACHE_S * 1000 }));
  return router;
}

/** Beside the compiled gateway, or under dist when it runs from its sources. */
function builtWidget(): string {
  const root = join(import.meta.dirname, "../..");
  return join(root, basename(root) === "dist" ? "" : "dist", "browser/widget");
}

/** Compressed once, as far as it goes: it is sent to every page of every site. */
async function prepare(file: string): Promise<{ plain: Buffer; packed: Buffer; tag: string }> {
  const plain = readFileSync(file);
  const tag = `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 20)}"`;
  return { plain, packed: await compress(plain, { level: constants.Z_BEST_COMPRESSION }), tag };
}

function scriptHeaders(response: Response, tag: string): void {
  response.set({
    "Content-Type": "text/javascript; charset=utf-8",
    "Cache-Control": `public, max-age=${CACHE_S}`,
    // Other sites load it: also those that isolate themselves.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    ETag: tag,
    Vary: "Accept-Encoding",
  });
}

function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((fault) => {
      loaded = undefined;
      throw fault;
    });
    return loaded;
  };
}
