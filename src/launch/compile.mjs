import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./child.mjs";
import { PARTS } from "./sources.mjs";
import { LaunchFault } from "./tell.mjs";

const MADE_FROM_SERVER = ["adapters", "channels", "config", "src"];

/**
 * Turns the server's TypeScript into dist/, file by file, and copies what lies beside it. Types are only taken away here:
 * they need development packages, and `npm run check` checks them.
 */
export async function compileServer() {
  const { default: ts } = await import("typescript");
  const { compilerOptions } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, module: "esnext", moduleResolution: "bundler", incremental: false, rootDir: undefined },
    ROOT,
  );
  const made = new Set();
  for (const path of PARTS.server()) {
    const isCode = path.endsWith(".ts") && !path.endsWith(".d.ts");
    const target = join(ROOT, "dist", isCode ? path.replace(/\.ts$/, ".js") : path);
    const source = readFileSync(join(ROOT, path));
    write(target, isCode ? transpiled(ts, options, path, source.toString("utf8")) : source);
    made.add(target);
  }
  removeOthers(made);
}

function transpiled(ts, compilerOptions, fileName, source) {
  const { outputText, diagnostics } = ts.transpileModule(source, {
    compilerOptions,
    fileName,
    reportDiagnostics: true,
  });
  if (diagnostics?.length)
    throw new LaunchFault(`${fileName}: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, "\n")}`);
  return outputText;
}

function write(target, content) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

/** What was made from a file that is gone must not be found by anyone. */
function removeOthers(made) {
  for (const folder of MADE_FROM_SERVER.map((name) => join(ROOT, "dist", name)).filter(existsSync))
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if (!made.has(path)) rmSync(path);
    }
}
