import { fileURLToPath } from "node:url";
import express, { Router } from "express";
import helmet from "helmet";

/** Where the build puts the console, seen from dist/src. */
const BUILT = fileURLToPath(new URL("../browser/console", import.meta.url));
const YEAR_MS = 365 * 24 * 3_600_000;

/** The console's pages; mount it at `/agent`. Nothing inline runs, nothing foreign loads, no other site may frame it. */
export function serveConsole(): Router {
  const router = Router();
  router.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          "default-src": ["'none'"],
          "script-src": ["'self'"],
          "style-src": ["'self'"],
          "img-src": ["'self'", "blob:"],
          "font-src": ["'self'"],
          "connect-src": ["'self'"],
          "manifest-src": ["'self'"],
          "base-uri": ["'none'"],
          "form-action": ["'none'"],
          "frame-ancestors": ["'none'"],
        },
      },
      strictTransportSecurity: false,
    }),
  );
  router.use(
    "/assets",
    express.static(`${BUILT}/assets`, { immutable: true, maxAge: YEAR_MS, index: false, fallthrough: false }),
  );
  router.use(express.static(BUILT, { index: false, redirect: false }));
  router.get(/.*/, (_request, response) => {
    response.setHeader("Cache-Control", "no-cache");
    response.sendFile("index.html", { root: BUILT });
  });
  return router;
}
