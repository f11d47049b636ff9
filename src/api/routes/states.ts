import { z } from "zod";
import { ticketSummary } from "../../tickets/views.ts";
import { Id, Reason, TicketNumber } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";

const Because = z.strictObject({ reason: Reason.optional() }).optional();

/** Who has a ticket, and whether it is settled: nouns that are put and deleted. */
export function stateRoutes({ actions }: ApiParts): Route[] {
  const put = (noun: string, summary: string, act: "resolve" | "close") =>
    route({
      method: "put",
      path: `/tickets/{number}/${noun}`,
      summary,
      access: "agent",
      params: TicketNumber,
      body: Because,
      example: { reason: "Answered by phone" },
      success: { status: 200, description: "The ticket.", body: shapes.TicketSummary },
      refusals: { 404: "No such ticket." },
      handle: async ({ params, body, caller }) =>
        ticketSummary(await actions[act](caller.agent, params.number, body?.reason)),
    });
  const remove = (noun: string, summary: string, act: "release" | "reopen") =>
    route({
      method: "delete",
      path: `/tickets/{number}/${noun}`,
      summary,
      access: "agent",
      params: TicketNumber,
      success: { status: 200, description: "The ticket.", body: shapes.TicketSummary },
      refusals: { 404: "No such ticket.", 409: "Another ticket of its conversation is open." },
      handle: async ({ params, caller }) => ticketSummary(await actions[act](caller.agent, params.number)),
    });
  return [
    route({
      method: "put",
      path: "/tickets/{number}/assignment",
      summary: "Give a ticket to an agent",
      access: "agent",
      params: TicketNumber,
      body: z.strictObject({ agent: Id.describe("The agent's id; your own to claim it.") }),
      example: { agent: "AGENT_ID" },
      success: { status: 200, description: "The ticket.", body: shapes.TicketSummary },
      refusals: {
        404: "No such ticket or agent.",
        409: "The agent has no room, the ticket is taken, resolved or closed.",
      },
      handle: async ({ params, body, caller }) =>
        ticketSummary(await actions.assign(caller.agent, params.number, body.agent)),
    }),
    remove("assignment", "Put a ticket back into its queue", "release"),
    put("resolution", "Resolve a ticket", "resolve"),
    remove("resolution", "Reopen a resolved ticket", "reopen"),
    put("closure", "Close a ticket for good", "close"),
    remove("closure", "Reopen a closed ticket", "reopen"),
  ];
}
