import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Gateway, startGateway } from "../support/gateway.ts";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
}, 60_000);
afterAll(() => gateway.stop());

test.each(["/channels/webchat/files/%ff", "/agent/assets/none.js", "/%ff", "/widget/%ff", "/nothing"])(
  "%s is refused in words, without a stack",
  async (path) => {
    const answer = await fetch(gateway.url + path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toMatch(/\bat .*[:(]\d+|node_modules|\.js:\d/);
  },
);
