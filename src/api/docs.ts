import { createHash } from "node:crypto";
import type { Router } from "express";
import { docsPage, STYLE } from "./docs-page.ts";

/** No script at all, and only the page's own style. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Serves the readable page of an OpenAPI description at /docs. */
export function serveDocs(router: Router, description: Record<string, unknown>): void {
  const page = docsPage(description);
  router.get("/docs", (_request, response) => {
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.type("html").send(page);
  });
}
