import { z } from "zod";
import { eventView } from "../../tickets/views.ts";
import { page, readCursor } from "../cursor.ts";
import { cursor, limit, TicketNumber } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findTicket } from "../ticket-view.ts";

const Place = z.tuple([z.number(), z.string()]);

/** What happened to a ticket, who did it and why. */
export function eventRoutes({ store }: ApiParts): Route[] {
  return [
    route({
      method: "get",
      path: "/tickets/{number}/events",
      summary: "Read a ticket's history",
      access: "agent",
      params: TicketNumber,
      query: z.strictObject({ cursor, limit }),
      success: { status: 200, description: "Events in order.", body: shapes.listOf(shapes.Event) },
      refusals: { 404: "No such ticket." },
      handle: async ({ params, query }) => {
        const { _id: ticket } = await findTicket(store, params.number);
        const [since, id] = query.cursor === undefined ? [0, ""] : readCursor(Place, query.cursor);
        const at = new Date(since);
        const found = await store.events
          .find({ ticket, at: { $gte: at }, $or: [{ at: { $gt: at } }, { _id: { $gt: id } }] })
          .sort({ at: 1, _id: 1 })
          .limit(query.limit + 1)
          .toArray();
        return page(found, query.limit, (event) => [event.at.getTime(), event._id], eventView);
      },
    }),
  ];
}
