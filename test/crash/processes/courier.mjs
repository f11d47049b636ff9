/**
 * A channel that cannot find out whether a message has left: like a phone call, and unlike the web chat. What left is
 * written to a file that outlives us; a repeat of what may have left is refused as `uncertain`.
 */
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { json } from "express";
import { z } from "zod";
import { DeliveryError } from "../../../dist/src/errors.js";

/** Long enough to be killed or stopped in the middle of it. */
const JOURNEY_MS = 150;

export const courier = {
  name: "courier",
  role: "web",
  sendsFrom: "worker",
  inbox: z.strictObject({ journal: z.string() }),
  create: (inboxes) => ({
    listen({ router, receive }) {
      router.post("/:inbox", json(), async ({ params: { inbox }, body: raw }, response) => {
        const { id, house, text } = raw;
        const from = { address: house };
        const message = { inbox, channel: "courier", externalId: id, conversationId: house, from, text };
        await receive({ ...message, attachments: [], language: "en", receivedAt: new Date(), raw }).then(
          () => response.sendStatus(204),
          (fault) => response.sendStatus(fault.status ?? 500),
        );
      });
    },
    async send({ _id, inbox }, { mayHaveBeenSent }) {
      if (mayHaveBeenSent)
        throw new DeliveryError("The courier may have left with it.", { retryable: false, uncertain: true });
      appendFileSync(inboxes.get(inbox).journal, `${JSON.stringify({ id: _id, pid: process.pid })}\n`);
      await pause(JOURNEY_MS);
      return { state: "sent" };
    },
    async close() {},
  }),
};
