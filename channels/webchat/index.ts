import type { ChannelModule } from "../../src/types.ts";
import { type WebchatInbox, webchatInbox } from "./schema.ts";

/** The web chat, as `channels/index.ts` lists it. */
export const webchat = {
  name: "webchat",
  role: "web",
  sendsFrom: "worker",
  inbox: webchatInbox,
  create: () => ({
    listen() {},
    send: async () => ({ state: "sent" }),
    async close() {},
  }),
} satisfies ChannelModule<WebchatInbox> & { inbox: typeof webchatInbox };
