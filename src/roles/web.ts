import type { Server } from "node:http";
import type { Router } from "express";
import { addressTeller, createHttp } from "../../adapters/http.ts";
import { closeSockets } from "../../adapters/socketio.ts";
import { keepPresence } from "../agents/presence.ts";
import { serveAgentSockets } from "../agents/socket/index.ts";
import { audienceOf } from "../agents/socket/rooms.ts";
import { createHealth } from "../api/health.ts";
import { createApi } from "../api/index.ts";
import { refuse } from "../api/mount.ts";
import { serveConsole } from "../console-pages.ts";
import { type Core, FILING, outboundQueue, ROUTING, type Whisper } from "../core.ts";
import { StartFault } from "../errors.ts";
import type { Receive } from "../intake/ledger.ts";
import { openAgentsLive } from "../live/agents.ts";
import { openCustomersLive } from "../live/customers.ts";
import { openDispatch } from "../live/dispatch.ts";
import { openReads } from "../live/reads.ts";
import type { Actions } from "../tickets/actions.ts";
import type { Channel, Files } from "../types.ts";
import { hostFor } from "./host.ts";

export interface WebParts {
  core: Core;
  receive: Receive;
  actions: Actions;
  files: Files;
  secret: Uint8Array;
  publicUrl: string;
  trustedProxies: string[];
  /** Channels that listen in this role, by name. */
  channels: Map<string, Channel>;
  /** Pages that channels show at the root of our address. */
  pages: Router;
  port: number;
  host: string;
}

export interface Web {
  port: number;
  hear(whisper: Whisper): void;
  /** Redis is back, or may have been away: look at everything again. */
  catchUp(): void;
  close(): Promise<void>;
}

/** Serves customers and agents. Resolves when it listens; rejects with a StartFault when the port is taken. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const { core, actions, files, publicUrl } = parts;
  const { app, server } = createHttp();
  const clientAddress = addressTeller(parts.trustedProxies);
  const { audience, anybody } = audienceOf(server);
  const reads = openReads(core);
  const customers = openCustomersLive(core, reads);
  const agents = openAgentsLive(core, reads, audience, anybody);
  const presence = keepPresence(core);
  const sockets = serveAgentSockets(server, { core, actions, live: agents, presence }, publicUrl);
  const dispatch = openDispatch(core, { customers, agents, audience, sockets });

  let taking = false;
  app.use(healthOf(core, () => taking));
  for (const [name, channel] of parts.channels) {
    const host = hostFor(name, { ...parts, live: customers, server, clientAddress });
    await channel.listen(host);
    app.use(`/channels/${name}`, host.router);
  }
  const agentsChanged = () => {
    core.whispers.say({ about: "agents" });
    void core.hints.give(ROUTING, [...core.settings.queues.keys()]);
  };
  const { store, log, settings } = core;
  app.use("/api", createApi({ store, log, actions, files, settings, publicUrl, clientAddress, agentsChanged }));
  app.use("/agent", serveConsole());
  app.use(parts.pages);
  app.use(refuse(core.log));

  const port = await listen(server, parts.port, parts.host);
  taking = true;
  core.log.info({ port, host: parts.host }, "listening");
  return {
    port,
    hear: dispatch.hear,
    catchUp: dispatch.catchUp,
    async close() {
      taking = false;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const channel of parts.channels.values()) await channel.close();
      dispatch.close();
      sockets.close();
      await presence.close();
      await closeSockets(server);
      server.closeAllConnections();
      await closed;
    },
  };
}

function healthOf(core: Core, taking: () => boolean): Router {
  const { store, log, hints, whispers, settings } = core;
  return createHealth({
    store,
    log,
    dependencies: {
      mongodb: { needed: true, probe: () => store.db.command({ ping: 1 }) },
      redis: {
        needed: false,
        async probe() {
          if (!whispers.connected()) throw new Error("not connected");
        },
      },
    },
    taking,
    queues: { names: [FILING, ROUTING, ...[...settings.inboxes.keys()].map(outboundQueue)], depth: hints.depth },
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (fault: NodeJS.ErrnoException) => {
      if (fault.code === "EADDRINUSE")
        reject(
          new StartFault(`Port ${port} is taken by another program. Choose another one: PORT=${port + 1} npm start`),
        );
      else if (fault.code === "EACCES")
        reject(
          new StartFault(`Port ${port} needs rights that we do not have. Choose one above 1023: PORT=3000 npm start`),
        );
      else if (fault.code === "EADDRNOTAVAIL" || fault.code === "ENOTFOUND")
        reject(new StartFault(`HOST=${host} is no address of this machine. Leave it out to listen on all of them.`));
      else reject(fault);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}
