import { z } from "zod";
import { IdempotencyKey } from "./idempotency.ts";
import type { Access, Route } from "./route.ts";
import { Problem } from "./shapes.ts";

type Json = Record<string, unknown>;

/** Refusals that a route has by its nature. */
const COMMON = {
  400: "The request does not fit; `errors` says where.",
  401: "Not signed in, or the key is not valid.",
  403: "Only for admins.",
  413: "More than 64 KB of JSON.",
  415: "Not JSON.",
  422: "The Idempotency-Key was used for another request.",
};

/** Describes the API as OpenAPI 3.1, made from the very schemas that validate it. */
export function openApi(routes: Route[], publicUrl: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.1",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "Firstline API",
      version: "1",
      description:
        "Everything that agents do. Lists answer `{items, nextCursor}`; give `nextCursor` as `cursor` to read on. " +
        "Refusals are RFC 9457 problems with a stable `code`. Instants are ISO 8601 in UTC. " +
        "A POST that is repeated with the same `Idempotency-Key` creates nothing twice.",
    },
    servers: [{ url: `${publicUrl.replace(/\/$/, "")}/api/v1` }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b))),
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key: npm run --silent api-key -- create NAME" },
        session: { type: "apiKey", in: "cookie", name: "firstline_session", description: "The console's cookie." },
      },
    },
  };
}

function operation(route: Route, schemas: Json): Json {
  const { method, path, summary, access, success, refusals = {} } = route;
  const own = { ...commonTo(route), ...refusals };
  const problem = { "application/problem+json": { schema: schemaOf(Problem, schemas) } };
  return {
    operationId: operationId(method, path),
    summary,
    tags: [tagOf(path)],
    security: securityFor(access),
    ...(access === "admin" && { description: "For admins." }),
    ...parametersOf(route, schemas),
    ...bodyOf(route, schemas),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.body && {
          content: { [success.type ?? "application/json"]: { schema: schemaOf(success.body, schemas) } },
        }),
      },
      ...Object.fromEntries(
        Object.entries(own).map(([status, description]) => [status, { description, content: problem }]),
      ),
    },
  };
}

/** What a path is about: `/tickets/{number}/replies` is about tickets. */
function tagOf(path: string): string {
  return path.split("/")[1]?.split("-")[0]?.replace(/s?$/, "s") ?? "";
}

/** A name for an operation: `post /tickets/{number}/replies` is `post-tickets-number-replies`. */
function operationId(method: string, path: string): string {
  return [method, ...path.split("/").filter(Boolean)].join("-").replace(/[{}]/g, "");
}

function commonTo({ access, method, upload }: Route): Record<number, string> {
  const writes = method !== "get" && !upload;
  const { 400: bad, 401: unknown, 403: forbidden, 413: large, 415: type, 422: reused } = COMMON;
  return {
    400: bad,
    ...(access !== "public" && { 401: unknown }),
    ...(access === "admin" && { 403: forbidden }),
    ...(writes && { 413: large, 415: type }),
    ...(method === "post" && access !== "public" && { 422: reused }),
  };
}

function securityFor(access: Access): Json[] {
  return access === "public" ? [] : [{ key: [] }, { session: [] }];
}

function parametersOf({ params, query, method, access }: Route, schemas: Json): Json {
  const parameters = [...fieldsOf(params, "path", schemas), ...fieldsOf(query, "query", schemas)];
  if (method === "post" && access !== "public")
    parameters.push({ name: "Idempotency-Key", in: "header", ...described(schemaOf(IdempotencyKey, schemas)) });
  return parameters.length > 0 ? { parameters } : {};
}

function fieldsOf(schema: z.ZodType, place: "path" | "query", schemas: Json): Json[] {
  const { properties = {}, required = [] } = schemaOf(schema, schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    ...(required.includes(name) && { required: true }),
    ...described(field),
  }));
}

function described({ description, ...schema }: Json): Json {
  return { ...(description !== undefined && { description }), schema };
}

function bodyOf({ body, upload, example, method }: Route, schemas: Json): Json {
  if (upload)
    return {
      requestBody: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: { type: "object", properties: { file: { type: "string", format: "binary" } }, required: ["file"] },
          },
        },
      },
    };
  if (method === "get" || example === undefined) return {};
  const content = { "application/json": { schema: schemaOf(body, schemas), example } };
  return { requestBody: { required: !body.safeParse(undefined).success, content } };
}

/** The JSON Schema of what is sent, with the named shapes moved to `components`. */
function schemaOf(schema: z.ZodType, schemas: Json): Json {
  const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io: "input" }) as Json;
  for (const [id, definition] of Object.entries($defs as Json)) schemas[id] = moved(definition);
  return moved(json) as Json;
}

function moved(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
