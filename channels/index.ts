import type { ZodObject } from "zod";
import type { ChannelModule } from "../src/types.ts";
import { webchat } from "./webchat/index.ts";

/** A channel with the schema of what its inboxes add to the fields that every inbox has. */
export type ListedChannel = ChannelModule & { inbox: ZodObject };

/** Every channel of this gateway, one line each. */
export const channels: ListedChannel[] = [webchat];
