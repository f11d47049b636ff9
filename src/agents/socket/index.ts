import type { IncomingMessage, Server } from "node:http";
import { type Namespace, namespace, type Socket } from "../../../adapters/socketio.ts";
import { refuseCrossSite } from "../../api/cross-site.ts";
import type { Core } from "../../core.ts";
import { Refusal } from "../../errors.ts";
import type { AgentsLive } from "../../live/agents.ts";
import type { Actions } from "../../tickets/actions.ts";
import type { Agent } from "../../types.ts";
import { authenticate, type Caller } from "../credentials.ts";
import { onlineAgents, type PresenceKeeper } from "../presence.ts";
import { answerRequests } from "./requests.ts";
import { personOf, roomOf } from "./rooms.ts";
import { keepViewing, type Viewing } from "./viewing.ts";

/** A credential that was withdrawn ends its sockets by then, also when the news of it was lost. */
const ASK_AGAIN_MS = 30_000;

/** What the agents' sockets are made of. */
export interface AgentsDesk {
  core: Core;
  actions: Actions;
  live: AgentsLive;
  presence: PresenceKeeper;
  viewing: Viewing;
  /** Sent to every agent of this process. */
  sockets: Namespace;
}

/** What main tells the agents' sockets. */
export interface AgentSockets {
  viewing: Viewing;
  /** Accounts changed: who may no longer is cut off, the others hear who is there. */
  agentsChanged(): void;
  close(): void;
}

/** Serves the namespace `/agent` to people (by the console's cookie) and programs (by `auth: {key}`). */
export function serveAgentSockets(
  server: Server,
  parts: Omit<AgentsDesk, "sockets" | "viewing">,
  publicUrl: string,
): AgentSockets {
  const sockets = namespace(server, "/agent");
  const viewing = keepViewing(parts.core, (number, agents) => {
    sockets.to(roomOf(number)).emit("viewing", { number, agents });
  });
  const desk: AgentsDesk = { ...parts, viewing, sockets };
  const { core } = parts;

  sockets.use((socket, next) => {
    admit(core, socket, publicUrl).then(
      (caller) => {
        socket.data.caller = caller;
        next();
      },
      (fault) => next(refused(core, fault)),
    );
  });
  sockets.on("connection", (socket) => {
    void greet(desk, socket).catch((fault) => {
      core.log.warn({ fault }, "an agent could not be greeted");
      socket.disconnect(true);
    });
  });
  const timer = setInterval(() => void recheck(), ASK_AGAIN_MS);

  async function recheck(): Promise<void> {
    await Promise.all([...sockets.sockets.values()].map((socket) => stillAdmitted(core, socket)));
  }

  return {
    viewing,
    agentsChanged() {
      void recheck()
        .then(() => tellPresence(desk))
        .catch((fault) => core.log.warn({ fault }, "could not tell the agents who is there"));
    },
    close: () => clearInterval(timer),
  };
}

async function admit(core: Core, socket: Socket, publicUrl: string): Promise<Caller> {
  const { headers } = socket.request;
  const { key } = socket.handshake.auth as { key?: unknown };
  const caller = await authenticate(core.store, headers, typeof key === "string" ? key : undefined);
  if (!caller) throw new Refusal("unauthenticated", "Sign in, or send a valid key.", 401);
  if (caller.by === "session")
    refuseCrossSite({ ...pick(socket.request), method: "POST" } as IncomingMessage, publicUrl);
  return caller;
}

/** A handshake is a GET, but it opens what a POST does: it is judged as one. */
function pick({ headers }: IncomingMessage) {
  return { headers };
}

function refused(core: Core, fault: unknown): Error {
  const known = fault instanceof Refusal;
  if (!known) core.log.warn({ fault }, "an agent could not be admitted");
  const { code, message } = known
    ? fault
    : new Refusal("unavailable", "We cannot check this just now. Try again.", 503);
  return Object.assign(new Error(message), { data: { code, message } });
}

async function stillAdmitted(core: Core, socket: Socket): Promise<void> {
  const { by, credential } = socket.data.caller as Caller;
  const { headers } = socket.request;
  const caller = await authenticate(core.store, headers, by === "key" ? credential : undefined).catch(() => undefined);
  if (caller === null) socket.disconnect(true);
  else if (caller) socket.data.caller = caller;
}

async function greet(desk: AgentsDesk, socket: Socket): Promise<void> {
  const { core, presence } = desk;
  const { agent } = socket.data.caller as Caller;
  answerRequests(desk, socket);
  await socket.join(personOf(agent._id));
  socket.on("disconnect", () => void presence.left(agent._id));
  await presence.arrived(agent._id);
  const queues = [...core.settings.queues]
    .filter(([id]) => agent.queues.includes(id))
    .map(([id, { name }]) => ({ id, name }));
  socket.emit("hello", {
    agent: { id: agent._id, name: agent.name, roles: agent.roles },
    queues,
    available: agent.available,
  });
}

/** Everybody hears who is there; one read for all sockets of this process. */
async function tellPresence({ core, sockets }: AgentsDesk): Promise<void> {
  if (sockets.sockets.size === 0) return;
  const [agents, online] = await Promise.all([
    core.store.agents
      .find({ disabled: { $ne: true } })
      .project<Agent>({ name: 1, available: 1 })
      .toArray(),
    onlineAgents(core.store),
  ]);
  sockets.emit("presence", {
    agents: agents.map(({ _id: id, name, available }) => ({ id, name, available, online: online.has(id) })),
  });
}
