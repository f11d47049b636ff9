import type { IncomingMessage } from "node:http";
import { expect, test } from "@jest/globals";
import { addressTeller } from "../../adapters/http.ts";

const PROXIES = ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"];

function request(remoteAddress: string, forwarded?: string | string[]): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  } as unknown as IncomingMessage;
}

const cases: [name: string, request: IncomingMessage, address: string][] = [
  ["no proxy, no header", request("203.0.113.5"), "203.0.113.5"],
  ["a header of a stranger's own making", request("203.0.113.5", "198.51.100.1"), "203.0.113.5"],
  ["one named proxy", request("10.1.2.3", "198.51.100.1"), "198.51.100.1"],
  ["two named proxies", request("192.0.2.7", "198.51.100.1, 10.9.9.9"), "198.51.100.1"],
  ["what the customer put before the proxy's own word", request("10.1.2.3", "1.1.1.1, 198.51.100.1"), "198.51.100.1"],
  ["a proxy that says nothing", request("10.1.2.3"), "10.1.2.3"],
  ["a proxy that says nonsense", request("10.1.2.3", "unknown"), "10.1.2.3"],
  ["an empty header", request("10.1.2.3", ""), "10.1.2.3"],
  ["IPv4 inside IPv6", request("::ffff:10.1.2.3", "::ffff:198.51.100.1"), "198.51.100.1"],
  ["IPv6", request("2001:db8::1", "2001:db9::5"), "2001:db9::5"],
  ["only proxies", request("10.1.2.3", "10.0.0.1"), "10.0.0.1"],
];

test.each(cases)("the sender's address: %s", (_name, from, address) => {
  expect(addressTeller(PROXIES)(from)).toBe(address);
});

test("without named proxies the header counts for nothing", () => {
  expect(addressTeller([])(request("10.1.2.3", "198.51.100.1"))).toBe("10.1.2.3");
});
