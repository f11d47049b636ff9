import { z } from "zod";
import { messageView } from "../../tickets/views.ts";
import { limit, Text, TextOrFiles, TicketNumber } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findTicket } from "../ticket-view.ts";

const After = z.strictObject({
  after: z.coerce.number("is no number").int().min(0).exactOptional().describe("Only messages with a greater seq."),
  cursor: z.coerce.number("is no cursor").int().min(0).exactOptional().describe("`nextCursor` of the page before."),
  limit,
});

/** What is said in a ticket: read it, answer, note. */
export function messageRoutes({ store, actions }: ApiParts): Route[] {
  return [
    route({
      method: "get",
      path: "/tickets/{number}/messages",
      summary: "Read a ticket's messages",
      access: "agent",
      params: TicketNumber,
      query: After,
      success: { status: 200, description: "Messages and notes in order.", body: shapes.listOf(shapes.Message) },
      refusals: { 404: "No such ticket." },
      handle: async ({ params, query: { after = 0, cursor = after, limit } }) => {
        const { _id: ticket } = await findTicket(store, params.number);
        const found = await store.messages
          .find({ ticket, seq: { $gt: cursor } })
          .sort({ seq: 1 })
          .limit(limit + 1)
          .toArray();
        const items = found.slice(0, limit);
        const last = items.at(-1)?.seq;
        return {
          items: items.map((message) => messageView(message)),
          nextCursor: found.length > limit && last !== undefined ? String(last) : null,
        };
      },
    }),
    route({
      method: "post",
      path: "/tickets/{number}/replies",
      summary: "Answer the customer",
      access: "agent",
      params: TicketNumber,
      body: TextOrFiles,
      example: { text: "Thank you for your patience: the refund is on its way." },
      success: { status: 201, description: "The answer, stored and on its way.", body: shapes.Message },
      refusals: { 404: "No such ticket.", 409: "The ticket is closed." },
      handle: async ({ params, body, caller, clientId }) =>
        messageView(await actions.reply(caller.agent, params.number, { clientId, ...body })),
    }),
    route({
      method: "post",
      path: "/tickets/{number}/notes",
      summary: "Write a note for other agents",
      access: "agent",
      params: TicketNumber,
      body: z.strictObject({ text: Text }),
      example: { text: "Called the warehouse: back in stock on Friday." },
      success: { status: 201, description: "The note. Customers never see it.", body: shapes.Message },
      refusals: { 404: "No such ticket." },
      handle: async ({ params, body, caller, clientId }) =>
        messageView(await actions.note(caller.agent, params.number, { clientId, ...body })),
    }),
  ];
}
