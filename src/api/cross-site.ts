import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "../errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site makes a browser send. Beside the SameSite=Strict cookie, and by the rule of Go's
 * http.CrossOriginProtection (https://pkg.go.dev/net/http#CrossOriginProtection): Sec-Fetch-Site decides where a browser
 * sends it, else Origin must be ours; who sends neither is no browser.
 */
export function refuseCrossSite(
  request: { method?: string | undefined; headers: IncomingHttpHeaders },
  publicUrl: string,
): void {
  if (SAFE.has(request.method ?? "GET")) return;
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  const { origin, host } = request.headers;
  // A proxy in front of us may change Host; the address that the operator gave is ours in any case.
  if (site === undefined && (origin === undefined || hostOf(origin) === host || origin === new URL(publicUrl).origin))
    return;
  throw new Refusal("cross_site", "This request comes from another site. Use the console at its own address.", 403);
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
