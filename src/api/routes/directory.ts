import { z } from "zod";
import { Refusal } from "../../errors.ts";
import { listAgents } from "../agent-list.ts";
import { whole } from "../cursor.ts";
import { Id } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { contactView } from "../ticket-view.ts";

/** Who and what there is: contacts, inboxes, queues, agents. */
export function directoryRoutes({ store, settings }: ApiParts): Route[] {
  return [
    route({
      method: "get",
      path: "/contacts/{id}",
      summary: "Read a contact",
      access: "agent",
      params: z.strictObject({ id: Id }),
      success: { status: 200, description: "The contact.", body: shapes.Contact },
      refusals: { 404: "No such contact." },
      handle: async ({ params }) => {
        const contact = await store.contacts.findOne({ _id: params.id });
        if (!contact) throw new Refusal("not_found", "There is no such contact.", 404);
        return contactView(contact);
      },
    }),
    route({
      method: "get",
      path: "/inboxes",
      summary: "List inboxes",
      access: "agent",
      success: { status: 200, description: "All inboxes.", body: shapes.listOf(shapes.Inbox) },
      handle: () =>
        whole([...settings.inboxes].map(([id, { name, channel, queue }]) => ({ id, name, channel, queue }))),
    }),
    route({
      method: "get",
      path: "/queues",
      summary: "List queues",
      access: "agent",
      success: { status: 200, description: "All queues.", body: shapes.listOf(shapes.Queue) },
      handle: () => whole([...settings.queues].map(([id, { name }]) => ({ id, name }))),
    }),
    route({
      method: "get",
      path: "/agents",
      summary: "List agents",
      access: "agent",
      success: {
        status: 200,
        description: "All agents by name, people and programs, with who is online.",
        body: shapes.listOf(shapes.Agent),
      },
      handle: async () => whole(await listAgents(store)),
    }),
  ];
}
