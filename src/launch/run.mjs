/** Runs a built module, named first, with the arguments that follow. Only the module itself writes to stdout. */
import "./node-version.mjs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { leaveSignals, ROOT } from "./child.mjs";
import { prepare } from "./prepare.mjs";
import { launch } from "./tell.mjs";

await launch(async () => {
  await prepare({ needed: ["server"], out: process.stderr });
  leaveSignals();
  const [node, , module, ...rest] = process.argv;
  process.argv = [node, join(ROOT, "dist", module), ...rest];
  await import(pathToFileURL(process.argv[1]));
});
