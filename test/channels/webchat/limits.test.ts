import { expect, test } from "@jest/globals";
import { createLimits, network } from "../../../channels/webchat/limits.ts";
import { webchatInbox } from "../../../channels/webchat/schema.ts";

const few = { messages: 2, messagesPerAddress: 3, uploads: 1, uploadsPerAddress: 2, connectionsPerAddress: 2 };
const limits = () => createLimits(new Map([["website", webchatInbox.parse({ name: "Website", limits: few })]]));

test("a visitor who writes more than the limit is told when to come back", async () => {
  const { message } = limits();
  await message("website", "v-ann", "192.0.2.1");
  await message("website", "v-ann", "192.0.2.1");
  await expect(message("website", "v-ann", "192.0.2.1")).rejects.toMatchObject({
    code: "rate_limited",
    status: 429,
    message: expect.stringMatching(/again in \d+ seconds/),
  });
});

test("who floods does not use up what others behind the same address may write", async () => {
  const { message } = limits();
  const flood = Array.from({ length: 50 }, () => message("website", "v-mad", "192.0.2.1").catch(() => "refused"));
  expect((await Promise.all(flood)).filter((outcome) => outcome === "refused")).toHaveLength(48);
  await message("website", "v-ann", "192.0.2.1");
});

test("all visitors behind one address share its limit, and another address has its own", async () => {
  const { message } = limits();
  for (const visitor of ["v-1", "v-2", "v-3"]) await message("website", visitor, "192.0.2.1");
  await expect(message("website", "v-4", "192.0.2.1")).rejects.toMatchObject({ code: "rate_limited" });
  await message("website", "v-4", "192.0.2.2");
});

test("uploads and connections have limits of their own", async () => {
  const { upload, connect } = limits();
  await upload("website", "v-ann", "192.0.2.1");
  await expect(upload("website", "v-ann", "192.0.2.1")).rejects.toMatchObject({ code: "rate_limited" });
  await connect("website", "192.0.2.1");
  await connect("website", "192.0.2.1");
  await expect(connect("website", "192.0.2.1")).rejects.toMatchObject({ code: "rate_limited" });
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (address, counted) => {
  expect(network(address)).toBe(counted);
});
