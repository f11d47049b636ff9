import { z } from "zod";
import { createPerson, updateAgent } from "../../agents/accounts.ts";
import { invite } from "../../agents/invitations.ts";
import { newId } from "../../agents/secrets.ts";
import { Refusal } from "../../errors.ts";
import type { Agent } from "../../types.ts";
import { seenAgent } from "../agent-list.ts";
import { derivedToken } from "../derived-token.ts";
import { Email, Id, line } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";

/** More open matters than this nobody follows, and a typing error is likelier. */
const LARGEST_CAPACITY = 1000;
const MOST = 50;

const terms = {
  roles: z
    .array(z.enum(["admin", "agent"]))
    .min(1, "has one role at least")
    .max(2),
  tier: z.enum(["L1", "L2", "L3"]),
  queues: z.array(Id).max(MOST),
  languages: z.array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "is no language code")).max(MOST),
  capacity: z.number().int().min(0).max(LARGEST_CAPACITY),
};

const NewAgent = z.strictObject({
  name: line(100),
  email: Email,
  roles: terms.roles.default(["agent"]),
  tier: terms.tier.default("L1"),
  queues: terms.queues.default([]),
  languages: terms.languages.default([]),
  capacity: terms.capacity.exactOptional(),
});

const AgentChange = z.strictObject({
  name: line(100).exactOptional(),
  roles: terms.roles.exactOptional(),
  tier: terms.tier.exactOptional(),
  queues: terms.queues.exactOptional(),
  languages: terms.languages.exactOptional(),
  capacity: terms.capacity.exactOptional(),
  disabled: z.boolean().exactOptional().describe("true ends their sessions, keys and links at once."),
});

const Link = z.string().describe("Opens once, within 48 hours, to set a password. It is not shown again.");

/** What admins do about agents. */
export function agentRoutes({ store, settings, publicUrl, agentsChanged }: ApiParts): Route[] {
  const linkFor = async (agent: Agent, token: string) =>
    `${publicUrl.replace(/\/$/, "")}/agent/welcome/${await invite(store, agent, token)}`;
  const knownQueues = (queues: string[] = []) => {
    const unknown = queues.filter((queue) => !settings.queues.has(queue));
    if (unknown.length > 0)
      throw new Refusal(
        "unknown_queue",
        `There is no queue ${unknown.join(", ")}: ${[...settings.queues.keys()].join(", ")}.`,
      );
  };
  return [
    route({
      method: "post",
      path: "/agents",
      summary: "Create an agent with a one-time link",
      access: "admin",
      body: NewAgent,
      example: { name: "Amina", email: "amina@example.org", queues: ["support"], languages: ["en", "sw"] },
      success: {
        status: 201,
        description: "The agent and the link.",
        body: z.object({ agent: shapes.Agent, link: Link }),
      },
      refusals: { 409: "The e-mail address is taken." },
      handle: async ({ body, caller, clientId }) => {
        knownQueues(body.queues);
        const agent = await createPerson(store, {
          id: newId(`${caller.agent._id} ${clientId}`),
          ...body,
        });
        const link = await linkFor(agent, derivedToken(caller, clientId));
        agentsChanged();
        return { agent: await seenAgent(store, agent), link };
      },
    }),
    route({
      method: "patch",
      path: "/agents/{id}",
      summary: "Change, disable or enable an agent",
      access: "admin",
      params: z.strictObject({ id: Id }),
      body: AgentChange,
      example: { capacity: 5 },
      success: { status: 200, description: "The agent.", body: shapes.Agent },
      refusals: { 404: "No such agent.", 409: "The last admin stays one." },
      handle: async ({ params, body }) => {
        knownQueues(body.queues);
        const agent = await updateAgent(store, params.id, body);
        if (!agent) throw noAgent();
        agentsChanged();
        return seenAgent(store, agent);
      },
    }),
    route({
      method: "post",
      path: "/agents/{id}/links",
      summary: "Make a new one-time link, also for a forgotten password",
      access: "admin",
      params: z.strictObject({ id: Id }),
      success: { status: 201, description: "The link; an earlier one ends.", body: z.object({ link: Link }) },
      refusals: { 404: "No such agent.", 409: "A program, or disabled." },
      handle: async ({ params, caller, clientId }) => {
        const agent = await store.agents.findOne({ _id: params.id });
        if (!agent) throw noAgent();
        return { link: await linkFor(agent, derivedToken(caller, clientId)) };
      },
    }),
  ];
}

function noAgent(): Refusal {
  return new Refusal("not_found", "There is no such agent.", 404);
}
