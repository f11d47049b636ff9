interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  default?: unknown;
  description?: string;
  additionalProperties?: Schema | boolean;
  maximum?: number;
  maxLength?: number;
  format?: string;
}

interface Content {
  [type: string]: { schema: Schema; example?: unknown };
}

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

interface Description {
  info: { title: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The whole style of the page: its hash stands in the page's policy. */
export const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:light-dark(#0b5cad,#7ab8ff)}
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem 1rem 6rem}
h1{margin-bottom:.25rem}h2{margin-top:3rem;text-transform:capitalize}a{color:var(--accent)}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:.75rem 1rem;overflow:auto;border-radius:.4rem}
details{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0}
summary{cursor:pointer;padding:.5rem .75rem;display:flex;gap:.75rem;flex-wrap:wrap;align-items:baseline}
summary::marker{content:""}summary b{min-width:4rem;color:var(--accent)}summary span{opacity:.8;margin-left:auto}
details>div{padding:0 1rem 1rem;border-top:1px solid var(--line)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600}small{opacity:.8}nav a{margin-right:1rem}
`;

/** One page without scripts: every operation with its parameters, answers and a command that works. */
export function docsPage(given: Record<string, unknown>): string {
  const { info, servers, paths, components } = given as unknown as Description;
  const base = servers[0]?.url ?? "";
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    return `<h2 id="${tag}">${tag}</h2>${own.map((each) => section(base, each)).join("")}`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${plain(info.title)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head><body>
<h1>${plain(info.title)}</h1><p>${marked(info.description)}</p>
<p>Base address: <code>${plain(base)}</code>. Programs send a key, made by an admin in the console or beside the gateway:</p>
<pre>export KEY=$(npm run --silent api-key -- create my-program)
curl -H "Authorization: Bearer $KEY" ${plain(base)}/tickets?status=unsolved</pre>
<p>Machines read <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav>${[...tags, "shapes"].map((tag) => `<a href="#${tag}">${tag}</a>`).join(" ")}</nav>
${sections.join("")}
<h2 id="shapes">shapes</h2>
${Object.entries(components.schemas).map(shape).join("")}
</body></html>`;
}

function section(
  base: string,
  { path, method, operation }: { path: string; method: string; operation: Operation },
): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return `<details id="${operationId}"><summary><b>${method.toUpperCase()}</b><code>${plain(path)}</code><span>${plain(summary)}</span></summary><div>
${description ? `<p>${marked(description)}</p>` : ""}
${parameters.length > 0 ? `<h3>Parameters</h3><table>${parameters.map(parameterRow).join("")}</table>` : ""}
${content ? `<h3>Body</h3>${type === "application/json" ? fields(content.schema) : "<p>One file, in the field <code>file</code>.</p>"}` : ""}
<h3>Answers</h3><table>${Object.entries(responses).map(answerRow).join("")}</table>
<h3>Try it</h3><pre>${plain(curl(base, path, method, operation, type, content?.example))}</pre>
</div></details>`;
}

function parameterRow({ name, in: place, required, description = "", schema }: Parameter): string {
  return `<tr><td><code>${plain(name)}</code><br><small>${place}${required ? ", required" : ""}</small></td><td>${typeName(schema)}</td><td>${marked(description)}</td></tr>`;
}

function answerRow([status, { description, content = {} }]: [
  string,
  { description: string; content?: Content },
]): string {
  const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(content);
  const shown = type === "application/json" ? typeName(schema) : plain(type);
  return `<tr><td>${status}</td><td>${marked(description)}</td><td>${shown}</td></tr>`;
}

function shape([name, schema]: [string, Schema]): string {
  return `<details id="shape-${name}"><summary><code>${plain(name)}</code></summary><div>${fields(schema)}</div></details>`;
}

function fields({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `<tr><td><code>${plain(name)}</code>${required.includes(name) ? "" : "<br><small>optional</small>"}</td><td>${typeName(field)}</td><td>${marked(field.description ?? "")}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

/** A schema in a few words. */
function typeName(schema: Schema): string {
  const {
    $ref,
    type,
    items,
    anyOf,
    properties,
    additionalProperties,
    default: fallback,
    maximum,
    maxLength,
    format,
  } = schema;
  if ($ref) {
    const name = $ref.split("/").at(-1) ?? "";
    return `<a href="#shape-${plain(name)}">${plain(name)}</a>`;
  }
  if (schema.enum) return schema.enum.map((value) => `<code>${plain(String(value))}</code>`).join(" ");
  if (anyOf) return anyOf.map(typeName).join(" or ");
  if (items) return `list of ${typeName(items)}`;
  if (properties)
    return `{ ${Object.entries(properties)
      .map(([name, field]) => `${plain(name)}: ${typeName(field)}`)
      .join(", ")} }`;
  if (typeof additionalProperties === "object") return `{ name: ${typeName(additionalProperties)} }`;
  const bound = maxLength ?? (maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum);
  const notes = [
    format,
    bound !== undefined && `≤ ${bound}`,
    fallback !== undefined && `default ${JSON.stringify(fallback)}`,
  ];
  return plain([[type ?? "anything"].flat().join(" or "), ...notes.filter(Boolean)].join(", "));
}

function curl(
  base: string,
  path: string,
  method: string,
  { security }: Operation,
  type?: string,
  example?: unknown,
): string {
  const parts = [
    `curl -X ${method.toUpperCase()} ${base}${path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())}`,
  ];
  if (security.length > 0) parts.push('-H "Authorization: Bearer $KEY"');
  if (type === "multipart/form-data") parts.push("-F file=@picture.png");
  else if (example !== undefined) parts.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(example)}'`);
  return parts.join(" \\\n  ");
}

/** Text with `code` in it. */
function marked(text: string): string {
  return plain(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function plain(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
