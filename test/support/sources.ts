import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const SKIPPED = new Set(["node_modules", "dist", "data", "coverage"]);

/** Every file of ours below these folders, as paths from the root. */
export function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (SKIPPED.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    }),
  );
}

/** The code of a file; of a Svelte component, its scripts. */
export function codeOf(path: string): string {
  const text = readFileSync(path, "utf8");
  if (!path.endsWith(".svelte")) return text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join("\n");
}

/** What a file imports, statically or not: a path from the root when it is ours, else the package or `node:` module. */
export function importsOf(path: string): string[] {
  return ts
    .preProcessFile(codeOf(path), true, true)
    .importedFiles.map(({ fileName }) => (fileName.startsWith(".") ? join(path, "..", fileName) : fileName));
}

/** Whether the type `any` is written anywhere in a file. */
export function saysAny(path: string): boolean {
  const finds = (node: ts.Node): boolean =>
    node.kind === ts.SyntaxKind.AnyKeyword || (ts.forEachChild(node, (child) => finds(child) || undefined) ?? false);
  return finds(ts.createSourceFile(path, codeOf(path), ts.ScriptTarget.Latest));
}
