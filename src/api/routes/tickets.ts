import { z } from "zod";
import { cursor, Id, limit, line, Text, TicketNumber } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { countTickets, listTickets } from "../ticket-list.ts";
import { findTicket, ticketView } from "../ticket-view.ts";

const Filters = z.strictObject({
  view: z.enum(["mine", "queues", "all"]).default("all").describe("Assigned to me, in my queues, or any."),
  status: z
    .enum(["new", "open", "waiting", "resolved", "closed", "unsolved"])
    .exactOptional()
    .describe("`unsolved` is all but resolved and closed, what waits for us first; other lists are newest first."),
  queue: Id.exactOptional(),
  assignee: Id.exactOptional().describe("An agent's id, or `none`."),
  channel: Id.exactOptional(),
  contact: Id.exactOptional().describe("A contact's id."),
  q: line(100).exactOptional().describe("A number, or the beginnings of names and addresses."),
  cursor,
  limit,
});

/** Tickets: find, count, read, open. */
export function ticketRoutes({ store, actions }: ApiParts): Route[] {
  return [
    route({
      method: "get",
      path: "/tickets",
      summary: "List tickets",
      access: "agent",
      query: Filters,
      success: { status: 200, description: "A page of tickets.", body: shapes.listOf(shapes.TicketSummary) },
      handle: ({ query, caller }) => listTickets(store, caller.agent, query),
    }),
    route({
      method: "get",
      path: "/ticket-counts",
      summary: "Count unsolved tickets",
      access: "agent",
      success: {
        status: 200,
        description: "Mine, in my queues, all; and those in my queues that wait for an agent.",
        body: z.object({ mine: z.number(), queues: z.number(), all: z.number(), waiting: z.number() }),
      },
      handle: ({ caller }) => countTickets(store, caller.agent),
    }),
    route({
      method: "post",
      path: "/tickets",
      summary: "Open a ticket by writing to a contact first",
      access: "agent",
      body: z.strictObject({
        contact: Id.describe("A contact's id."),
        inbox: Id.describe("An inbox on whose channel the contact can be reached."),
        subject: line(200).exactOptional(),
        text: Text,
      }),
      example: { contact: "CONTACT_ID", inbox: "website", text: "Hello, your parcel has arrived." },
      success: { status: 201, description: "The new ticket.", body: shapes.Ticket },
      refusals: { 404: "No such contact or inbox.", 409: "The contact cannot be reached on this inbox." },
      handle: async ({ body, caller, clientId }) =>
        ticketView(store, await actions.open(caller.agent, { clientId, ...body })),
    }),
    route({
      method: "get",
      path: "/tickets/{number}",
      summary: "Read a ticket",
      access: "agent",
      params: TicketNumber,
      success: { status: 200, description: "The ticket with its contact.", body: shapes.Ticket },
      refusals: { 404: "No such ticket." },
      handle: async ({ params }) => ticketView(store, await findTicket(store, params.number)),
    }),
  ];
}
