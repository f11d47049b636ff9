import { globalRegistry, type z } from "zod";

/** Stands where a secret was. */
const REDACTED = "(secret)";
/** A channel that forgets to mark a secret is covered by its name. */
const SECRET_NAME = /secret|password|token|apikey|api_key/i;

type Schema = z.core.$ZodType | undefined;
type Path = readonly PropertyKey[];

/** Whether the setting at this path is marked `meta({ secret: true })`, or named like a secret. */
export function isSecret(schema: Schema, value: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  const { inner, secret } = unwrap(schema);
  if (secret) return true;
  if (key === undefined) return false;
  return SECRET_NAME.test(String(key)) || isSecret(child(inner, value, key), property(value, key), rest);
}

/** The names of the settings that may stand at this path. */
export function childNames(schema: Schema, value: unknown, path: Path): string[] {
  const [key, ...rest] = path;
  const { inner } = unwrap(schema);
  const here = inner?._zod.def.type === "union" ? optionOf(inner._zod.def, value) : inner;
  return key === undefined ? namesOf(here) : childNames(child(inner, value, key), property(value, key), rest);
}

/** Whether a number belongs at this path. */
export function isNumeric(schema: Schema, value: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  const { inner } = unwrap(schema);
  return key === undefined
    ? inner?._zod.def.type === "number"
    : isNumeric(child(inner, value, key), property(value, key), rest);
}

/** A copy that shows no secret. */
export function redact(schema: Schema, value: unknown): unknown {
  const { inner, secret } = unwrap(schema);
  if (secret && value !== undefined) return REDACTED;
  if (Array.isArray(value)) return value.map((entry, index) => redact(child(inner, value, index), entry));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      SECRET_NAME.test(key) && entry !== undefined ? REDACTED : redact(child(inner, value, key), entry),
    ]),
  );
}

function unwrap(schema: Schema): { inner: z.core.$ZodTypes | undefined; secret: boolean } {
  if (!schema) return { inner: undefined, secret: false };
  const typed = schema as z.core.$ZodTypes;
  const next = wrapped(typed._zod.def);
  const below = next ? unwrap(next) : { inner: typed, secret: false };
  return { inner: below.inner, secret: below.secret || globalRegistry.get(schema)?.secret === true };
}

function wrapped(def: z.core.$ZodTypes["_zod"]["def"]): Schema {
  if (def.type === "pipe") return (def.in as z.core.$ZodTypes)._zod.def.type === "transform" ? def.out : def.in;
  return "innerType" in def ? (def.innerType as Schema) : undefined;
}

function child(schema: z.core.$ZodTypes | undefined, value: unknown, key: PropertyKey): Schema {
  const def = schema?._zod.def;
  if (def?.type === "object") return def.shape[String(key)];
  if (def?.type === "record") return def.valueType;
  if (def?.type === "array") return def.element;
  if (def?.type === "union") return child(optionOf(def, value), value, key);
  return undefined;
}

function optionOf(def: z.core.$ZodUnionDef, value: unknown): z.core.$ZodTypes | undefined {
  const tag = "discriminator" in def ? String(def.discriminator) : "";
  const fits = (option: z.core.$ZodType) => {
    const literal = unwrap(child(unwrap(option).inner, value, tag)).inner?._zod.def;
    return literal?.type === "literal" && literal.values.includes(property(value, tag) as string);
  };
  return unwrap(def.options.find(fits)).inner;
}

function namesOf(schema: z.core.$ZodTypes | undefined): string[] {
  return schema?._zod.def.type === "object" ? Object.keys(schema._zod.def.shape) : [];
}

function property(value: unknown, key: PropertyKey): unknown {
  return (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
}
