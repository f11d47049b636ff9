import type { Request, Response } from "express";
import { z } from "zod";
import type { Caller } from "../agents/credentials.ts";
import { Invalid } from "./problem.ts";

export type Access = "public" | "agent" | "admin";

/** One request, proven to fit its route's schemas. */
interface Call<Params, Query, Body, Who> {
  params: Params;
  query: Query;
  body: Body;
  caller: Who;
  /** The Idempotency-Key, or a random one: what is created twice under it is created once. */
  clientId: string;
  request: Request;
  response: Response;
}

type AnyCall = Call<unknown, unknown, unknown, Caller | null>;

interface Success<Body extends z.ZodType = z.ZodType> {
  status: 200 | 201 | 204;
  description: string;
  body?: Body;
  /** Where the answer is no JSON. */
  type?: string;
}

/** One line of the API: what the Express handler, the validation and the OpenAPI description are all made of. */
export interface Route {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Under /api/v1, with {names}. */
  path: string;
  summary: string;
  access: Access;
  params: z.ZodType;
  query: z.ZodType;
  body: z.ZodType;
  /** The body is one file as multipart/form-data, which the handler reads itself. */
  upload?: boolean;
  success: Success;
  /** Refusals beyond those that every route has, by status. */
  refusals?: Record<number, string>;
  /** A body that works, for the documentation. */
  example?: unknown;
  /** Throws Invalid at once when the call does not fit; else answers what handles it. */
  prepare(call: AnyCall): () => Promise<unknown>;
}

const NONE = z.strictObject({});
const NO_BODY = NONE.optional();

type Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, S extends z.ZodType, A extends Access> = Omit<
  Route,
  "params" | "query" | "body" | "success" | "access" | "prepare"
> & {
  access: A;
  params?: P;
  query?: Q;
  body?: B;
  success: Success<S>;
  handle(
    call: Call<z.output<P>, z.output<Q>, z.output<B>, A extends "public" ? Caller | null : Caller>,
  ): Promise<z.input<S>> | z.input<S>;
};

/**
 * Declares a route. Its handler sees only input that fits the schemas, whose objects are strict: nothing that a sender made
 * up reaches a filter. A route without a `body` takes none, or an empty object.
 */
export function route<
  A extends Access,
  P extends z.ZodType = typeof NONE,
  Q extends z.ZodType = typeof NONE,
  B extends z.ZodType = typeof NO_BODY,
  S extends z.ZodType = z.ZodUndefined,
>(spec: Spec<P, Q, B, S, A>): Route {
  const params: z.ZodType = spec.params ?? NONE;
  const query: z.ZodType = spec.query ?? NONE;
  const body: z.ZodType = spec.body ?? NO_BODY;
  const handle = spec.handle as (call: AnyCall) => Promise<unknown>;
  return {
    ...spec,
    params,
    query,
    body,
    prepare: (call) => {
      const fit = {
        ...call,
        params: fitting(params, call.params, "path"),
        query: fitting(query, call.query, "query"),
        body: spec.upload ? undefined : fitting(body, call.body, "body"),
      };
      return async () => handle(fit);
    },
  };
}

function fitting(schema: z.ZodType, given: unknown, place: string): unknown {
  const { success, data, error } = schema.safeParse(given);
  if (!success) throw new Invalid(place, error);
  return data;
}
