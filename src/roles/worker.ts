import { consume } from "../../adapters/queue.ts";
import { type Core, FILING, outboundQueue, ROUTING } from "../core.ts";
import { type File, openFiling } from "../intake/filing.ts";
import { sendConversation } from "../outbound/sender.ts";
import { routeQueue } from "../routing/route.ts";
import { startSweep } from "../sweep.ts";
import type { Numbers } from "../tickets/numbers.ts";
import type { Channel } from "../types.ts";

/** Conversations filed at a time: MongoDB's transactions gain nothing from more on a small machine. */
const FILED_AT_ONCE = 16;
const SENT_AT_ONCE = 16;
/** One after another within a process, or two of them would offer the same agents the same tickets. */
const ROUTED_AT_ONCE = 1;

export interface WorkerParts {
  core: Core;
  numbers: Numbers;
  redisUrl: string;
  scope: string;
  /** Channels whose messages are sent from here, by inbox. */
  sendsFor: Map<string, Channel>;
  sweepFiles(): Promise<unknown>;
}

/** Files, sends and routes, by hints and by the sweep. Closing finishes what is in hand. */
export function startWorker(parts: WorkerParts): { close(): Promise<void> } {
  const { core, numbers, redisUrl, scope, sendsFor } = parts;
  const file: File = openFiling(core, numbers);
  const onFault = (fault: Error) => core.log.warn({ fault }, "a hint could not be followed; the sweep will see to it");
  const send = async (conversation: string) => {
    const channel = sendsFor.get(conversation.slice(0, conversation.indexOf("/")));
    if (channel) await sendConversation(core, channel, conversation);
  };
  const consumers = [
    consume(redisUrl, scope, FILING, FILED_AT_ONCE, file, onFault),
    consume(redisUrl, scope, ROUTING, ROUTED_AT_ONCE, (queue) => routeQueue(core, queue), onFault),
    ...[...sendsFor.keys()].map((inbox) => consume(redisUrl, scope, outboundQueue(inbox), SENT_AT_ONCE, send, onFault)),
  ];
  const sweep = startSweep(core, { file, send, sweepFiles: parts.sweepFiles });
  return {
    async close() {
      await Promise.all([sweep.close(), ...consumers.map((consumer) => consumer.close())]);
    },
  };
}
