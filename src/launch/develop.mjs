/** Runs a TypeScript module of the tests, named first, with the arguments that follow: installs, builds, loads it as it is. */
import "./node-version.mjs";
import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { leaveSignals, ROOT } from "./child.mjs";
import { prepare } from "./prepare.mjs";
import { launch } from "./tell.mjs";

await launch(async () => {
  await prepare({ development: true, out: process.stderr });
  leaveSignals();
  register("./typescript.mjs", import.meta.url);
  const [node, , module, ...rest] = process.argv;
  process.chdir(ROOT);
  process.argv = [node, join(ROOT, module), ...rest];
  await import(pathToFileURL(process.argv[1]));
});
