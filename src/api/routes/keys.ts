import { z } from "zod";
import { createKey, listKeys, revokeKey } from "../../agents/keys.ts";
import { Refusal } from "../../errors.ts";
import type { ApiKey } from "../../store.ts";
import { whole } from "../cursor.ts";
import { derivedToken } from "../derived-token.ts";
import { Id, line } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";

/** Keys with which programs act, each under its own name. */
export function keyRoutes({ store, settings, agentsChanged }: ApiParts): Route[] {
  return [
    route({
      method: "get",
      path: "/keys",
      summary: "List API keys",
      access: "admin",
      success: { status: 200, description: "All keys by name, without the keys.", body: shapes.listOf(shapes.Key) },
      handle: async () => whole((await listKeys(store)).map(keyView)),
    }),
    route({
      method: "post",
      path: "/keys",
      summary: "Create an API key",
      access: "admin",
      body: z.strictObject({ name: line(60) }),
      example: { name: "crm" },
      success: {
        status: 201,
        description: "The key, this once. It acts as an agent of this name.",
        body: shapes.Key.extend({ key: z.string().describe("Keep it: it is not shown again.") }),
      },
      refusals: { 409: "There is a key of this name." },
      handle: async ({ body, caller, clientId }) => {
        const { key, agent, createdAt } = await createKey(store, body.name, {
          queues: [...settings.queues.keys()],
          token: derivedToken(caller, clientId),
        });
        agentsChanged();
        return { id: agent._id, name: body.name, createdAt: createdAt.toISOString(), key };
      },
    }),
    route({
      method: "delete",
      path: "/keys/{id}",
      summary: "Revoke an API key",
      access: "admin",
      params: z.strictObject({ id: Id }),
      success: { status: 204, description: "Revoked, at once; its agent is disabled." },
      refusals: { 404: "No such key." },
      handle: async ({ params }) => {
        if (!(await revokeKey(store, { agent: params.id })))
          throw new Refusal("not_found", "There is no such key.", 404);
        agentsChanged();
        return undefined;
      },
    }),
  ];
}

/** One key an agent: the agent's id names it, so that nothing of the key itself is shown. */
function keyView({ agent, name, createdAt, lastUsedAt }: ApiKey) {
  return {
    id: agent,
    name,
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
  };
}
