import type { AgentSockets } from "../agents/socket/index.ts";
import type { Core, Whisper } from "../core.ts";
import type { AgentsAudience, AgentsLive } from "./agents.ts";
import type { CustomersLive } from "./customers.ts";

/** Whispers can be lost: everything connected is looked at again this often. */
const CATCH_UP_MS = 15_000;

export interface Listeners {
  customers: CustomersLive;
  agents: AgentsLive;
  audience: AgentsAudience;
  sockets: AgentSockets;
}

/** Brings each whisper to whom it concerns in this process, and catches up at times and when Redis is back. */
export function openDispatch(core: Core, { customers, agents, audience, sockets }: Listeners) {
  const timer = setInterval(catchUp, CATCH_UP_MS);

  function catchUp(): void {
    customers.catchUp();
    agents.catchUp();
    sockets.viewing.refresh();
  }

  return {
    catchUp,
    close: () => clearInterval(timer),
    hear(whisper: Whisper): void {
      switch (whisper.about) {
        case "conversation":
          customers.wake(whisper.conversation);
          agents.wake(whisper.conversation);
          if (whisper.changed) agents.stateChanged(whisper.changed);
          break;
        case "ticket":
          customers.ticketChanged(whisper.conversation, whisper.ticket);
          agents.ticketChanged(whisper.ticket);
          break;
        case "typing":
          if (whisper.by === "customer") agents.typing(whisper.conversation);
          else {
            customers.typing(whisper.conversation, whisper.agent.name);
            audience.typing(whisper.number, whisper.agent.name, whisper.agent.id);
          }
          break;
        case "viewing":
          sockets.viewing.heard(whisper.number, whisper.process, whisper.agents);
          break;
        case "agents":
          sockets.agentsChanged();
          break;
        default:
          core.log.debug({ whisper }, "a whisper of another version");
      }
    },
  };
}
