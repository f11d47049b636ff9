import { z } from "zod";
import { Refusal } from "../../errors.ts";
import { Id } from "../fields.ts";
import type { ApiParts } from "../parts.ts";
import { type Route, route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { receiveFile } from "../upload.ts";

/** Files: uploaded first, then named by a reply; read by whoever may read the message. */
export function fileRoutes({ files }: ApiParts): Route[] {
  return [
    route({
      method: "post",
      path: "/files",
      summary: "Upload a file",
      access: "agent",
      upload: true,
      success: { status: 201, description: "Name its id in a reply within 48 hours.", body: shapes.Attachment },
      refusals: { 413: "Too large.", 415: "No multipart/form-data." },
      handle: ({ caller, clientId, request }) =>
        receiveFile(request, (name, content) => files.store({ owner: caller.agent._id, name, content, key: clientId })),
    }),
    route({
      method: "get",
      path: "/files/{id}",
      summary: "Download a file",
      access: "agent",
      params: z.strictObject({ id: Id }),
      success: {
        status: 200,
        description: "Its bytes, to be saved, not shown as a page.",
        type: "application/octet-stream",
        body: z.unknown(),
      },
      refusals: { 404: "No such file, or somebody's upload that no message carries yet." },
      handle: async ({ params, caller, response }) => {
        const found = await files.open(
          params.id,
          ({ owner, message }) => message !== undefined || owner === caller.agent._id,
        );
        if (!found) throw new Refusal("not_found", "There is no such file for you.", 404);
        const { name, type, size } = found.file;
        response.attachment(name);
        response.setHeader("Content-Type", type === "text/plain" ? "text/plain; charset=utf-8" : type);
        response.setHeader("Content-Length", size);
        // A file never changes under its id; a signed-out browser shows it no more than its own cache does.
        response.setHeader("Cache-Control", "private, max-age=3600");
        return found.content;
      },
    }),
  ];
}
