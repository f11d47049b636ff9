import { Router } from "express";
import { serveDocs } from "./docs.ts";
import { mount } from "./mount.ts";
import { openApi } from "./openapi.ts";
import type { ApiParts } from "./parts.ts";
import type { Route } from "./route.ts";
import { agentRoutes } from "./routes/agents.ts";
import { directoryRoutes } from "./routes/directory.ts";
import { eventRoutes } from "./routes/events.ts";
import { fileRoutes } from "./routes/files.ts";
import { keyRoutes } from "./routes/keys.ts";
import { messageRoutes } from "./routes/messages.ts";
import { sessionRoutes } from "./routes/session.ts";
import { stateRoutes } from "./routes/states.ts";
import { ticketRoutes } from "./routes/tickets.ts";

export type { ApiParts } from "./parts.ts";

/** Every route under /api/v1, in the order of the documentation. */
export function apiRoutes(parts: ApiParts): Route[] {
  return [
    ...ticketRoutes(parts),
    ...messageRoutes(parts),
    ...eventRoutes(parts),
    ...stateRoutes(parts),
    ...fileRoutes(parts),
    ...directoryRoutes(parts),
    ...agentRoutes(parts),
    ...keyRoutes(parts),
    ...sessionRoutes(parts),
  ];
}

/** The API with its documentation; mount it at `/api`. */
export function createApi(parts: ApiParts): Router {
  const routes = apiRoutes(parts);
  const description = openApi(routes, parts.publicUrl);
  const router = Router({ caseSensitive: true });
  router.get("/v1/openapi.json", (_request, response) => {
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.json(description);
  });
  serveDocs(router, description);
  router.use("/v1", mount(routes, parts));
  return router;
}
