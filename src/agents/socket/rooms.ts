import type { Server } from "node:http";
import { namespace } from "../../../adapters/socketio.ts";
import type { AgentsAudience } from "../../live/agents.ts";

/** The room of everybody who watches a ticket. */
export const roomOf = (number: number) => `ticket:${number}`;

/** The room of one agent's own sockets. */
export const personOf = (agent: string) => `agent:${agent}`;

/** Where live news goes: to every agent, or to those who watch the ticket. */
export function audienceOf(server: Server): { audience: AgentsAudience; anybody(): boolean } {
  const sockets = namespace(server, "/agent");
  return {
    anybody: () => sockets.sockets.size > 0,
    audience: {
      ticket: (ticket) => sockets.emit("ticket", ticket),
      message: (number, previous, message) => sockets.to(roomOf(number)).emit("message", { number, previous, message }),
      state: (number, message) => {
        const { id, seq, state, reason } = message;
        sockets.to(roomOf(number)).emit("state", { number, id, seq, state, ...(reason && { reason }), message });
      },
      typing: (number, name, agent) =>
        sockets
          .to(roomOf(number))
          .except(agent ? personOf(agent) : [])
          .emit("typing", { number, name }),
    },
  };
}
