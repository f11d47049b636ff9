import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { apiRoutes } from "../../src/api/index.ts";
import { type ApiDesk, openApiDesk } from "./desk.ts";

let desk: ApiDesk;
let api: {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        parameters?: { name: string; in: string; schema: object }[];
        requestBody?: { content: Record<string, { schema: object }> };
        responses: Record<string, object>;
      }
    >
  >;
  components: { schemas: Record<string, object> };
};

beforeAll(async () => {
  desk = await openApiDesk();
  ({ body: api } = await desk.call<typeof api>("GET", "/openapi.json"));
});
afterAll(() => desk.close());

test("the description names every route, and each operation by its own name", () => {
  expect(api.openapi).toBe("3.1.1");
  const described = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(
    apiRoutes(desk.parts)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  );
  const names = Object.values(api.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);
});

test("every reference leads somewhere, and every path parameter is described", () => {
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to = ""]) => to);
  expect(references.length).toBeGreaterThan(10);
  for (const to of references)
    expect(Object.keys(api.components.schemas)).toContain(to.replace("#/components/schemas/", ""));
  for (const [path, methods] of Object.entries(api.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(methods))
      expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual(names);
  }
});

test("validation and description are one: limits, defaults, required fields, strict objects", () => {
  const list = api.paths["/tickets"]?.get?.parameters ?? [];
  expect(list.find(({ name }) => name === "limit")?.schema).toMatchObject({
    type: "integer",
    minimum: 1,
    maximum: 200,
    default: 50,
  });
  expect(list.find(({ name }) => name === "view")?.schema).toMatchObject({ enum: ["mine", "queues", "all"] });
  const reply = api.paths["/tickets/{number}/replies"]?.post;
  expect(reply?.requestBody?.content["application/json"]?.schema).toMatchObject({
    required: ["text"],
    additionalProperties: false,
    properties: { text: { type: "string", maxLength: 20_000 } },
  });
  expect(reply?.parameters?.map(({ name }) => name)).toContain("Idempotency-Key");
  expect(Object.keys(reply?.responses ?? {})).toEqual(
    expect.arrayContaining(["201", "400", "401", "409", "413", "415", "422"]),
  );
});

test("every example fits the schema beside it", () => {
  for (const { body, example, method, path } of apiRoutes(desk.parts))
    if (example !== undefined) expect([method, path, body.safeParse(example).success]).toEqual([method, path, true]);
});

test("the readable page shows every route, and its policy lets nothing run", async () => {
  const { status, body, headers } = await desk.call<string>("GET", "/docs");
  expect(status).toBe(200);
  for (const { path, summary } of apiRoutes(desk.parts)) {
    expect(body).toContain(`<code>${path}</code>`);
    expect(body).toContain(summary.replace("'", "&#39;"));
  }
  expect(body).not.toMatch(/<script|style=|\son\w+=|https?:\/\/(?!localhost)/);
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
});

test("what a field means is said beside it", () => {
  const parameters = api.paths["/tickets"]?.get?.parameters ?? [];
  expect(parameters.find(({ name }) => name === "q")).toMatchObject({
    description: expect.stringContaining("beginnings"),
  });
  expect(JSON.stringify(api.components.schemas.Ticket)).toContain("Since when the customer waits for us");
});
