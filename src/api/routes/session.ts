import { z } from "zod";
import { acceptInvitation, invited } from "../../agents/invitations.ts";
import { endSession, sessionCookie, startSession } from "../../agents/sessions.ts";
import { createSignIn } from "../../agents/sign-in.ts";
import { Refusal } from "../../errors.ts";
import type { Agent } from "../../types.ts";
import { seenAgent } from "../agent-list.ts";
import { Email, Password } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";

const SignedIn = z.object({ agent: shapes.Agent });
const Token = z.strictObject({ token: z.string().min(1).max(100).describe("From the one-time link.") });

/** Signing in and out, and the one-time links with which people set their password. */
export function sessionRoutes({ store, settings, publicUrl, clientAddress }: ApiParts): Route[] {
  const signIn = createSignIn(store);
  const secure = publicUrl.startsWith("https:");
  const start = async (agent: Agent, response: { append(name: string, value: string): unknown }) => {
    response.append("Set-Cookie", sessionCookie(await startSession(store, agent), secure));
    return { agent: await seenAgent(store, agent) };
  };
  return [
    route({
      method: "post",
      path: "/session",
      summary: "Sign in",
      access: "public",
      body: z.strictObject({ email: Email, password: Password }),
      example: { email: "you@example.org", password: "several words make a good one" },
      success: { status: 201, description: "Signed in; the cookie is set.", body: SignedIn },
      refusals: {
        401: "Wrong e-mail address or password.",
        429: "Too many failed attempts; Retry-After says how long.",
      },
      handle: async ({ body, request, response }) =>
        start(await signIn({ ...body, address: clientAddress(request) }), response),
    }),
    route({
      method: "get",
      path: "/session",
      summary: "Who am I, and what is there",
      access: "agent",
      success: {
        status: 200,
        description: "The agent who asks, and the names that the console shows.",
        body: z.object({
          agent: shapes.Agent,
          queues: z.array(shapes.Queue),
          inboxes: z.array(shapes.Inbox),
          languages: z.array(z.string()),
        }),
      },
      handle: async ({ caller }) => ({
        agent: await seenAgent(store, caller.agent),
        queues: [...settings.queues].map(([id, { name }]) => ({ id, name })),
        inboxes: [...settings.inboxes].map(([id, { name, channel, queue }]) => ({ id, name, channel, queue })),
        languages: settings.languages.offered,
      }),
    }),
    route({
      method: "delete",
      path: "/session",
      summary: "Sign out",
      access: "agent",
      success: { status: 204, description: "Signed out, everywhere this session is used." },
      refusals: { 409: "A key has no session; revoke it instead." },
      handle: async ({ caller, response }) => {
        if (caller.by === "key") throw new Refusal("no_session", "A key has no session. Revoke the key instead.", 409);
        await endSession(store, caller.credential);
        response.append("Set-Cookie", sessionCookie(null, secure));
        return undefined;
      },
    }),
    route({
      method: "get",
      path: "/invitations/{token}",
      summary: "Whom a one-time link is for",
      access: "public",
      params: Token,
      success: { status: 200, description: "The person.", body: z.object({ name: z.string(), email: z.string() }) },
      refusals: { 410: "Used, expired, or never given out." },
      handle: async ({ params }) => {
        const { name, email = "" } = await invited(store, params.token);
        return { name, email };
      },
    }),
    route({
      method: "post",
      path: "/invitations/{token}",
      summary: "Set a password with a one-time link, and sign in",
      access: "public",
      params: Token,
      body: z.strictObject({ password: Password }),
      example: { password: "several words make a good one" },
      success: { status: 201, description: "Set; the cookie is set too.", body: SignedIn },
      refusals: { 410: "Used, expired, or never given out." },
      handle: async ({ params, body, response }) =>
        start(await acceptInvitation(store, params.token, body.password), response),
    }),
  ];
}
