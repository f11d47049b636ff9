import { createServer, type IncomingMessage, type Server } from "node:http";
import { BlockList, isIP } from "node:net";
import express, { type Express } from "express";

/** Slow-loris: headers must be complete within this, a whole request within the next. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const HEADER_BYTES = 16 * 1024;
/** Longer than a proxy keeps its own idle connections, or it meets one that we just closed. */
const KEEP_ALIVE_MS = 65_000;

/** An express application on a server of its own, with the limits of a public address. Nothing listens yet. */
export function createHttp(): { app: Express; server: Server } {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  const server = createServer({ maxHeaderSize: HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }, app);
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  return { app, server };
}

/**
 * Tells the address a request comes from: the last hop that is not one of the named proxies.
 * X-Forwarded-For counts only as far as those proxies vouch for it.
 */
export function addressTeller(trustedProxies: string[]): (request: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [network = "", prefix] = proxy.split("/");
    const family = isIP(network) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) trusted.addAddress(network, family);
    else trusted.addSubnet(network, Number(prefix), family);
  }
  const isTrusted = (address: string) =>
    isIP(address) > 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (request) => {
    const header = request.headers["x-forwarded-for"];
    const forwarded = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",").map((each) => each.trim());
    let address = plain(request.socket.remoteAddress ?? "");
    while (isTrusted(address) && forwarded.length > 0) {
      const next = plain(forwarded.pop() ?? "");
      if (isIP(next) === 0) break;
      address = next;
    }
    return address;
  };
}

/** IPv4 as such, also when it arrives inside IPv6. */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
