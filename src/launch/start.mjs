/** `npm start`: installs and builds what is missing, then runs the gateway in this process. Arguments are role names. */
import "./node-version.mjs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { leaveSignals, ROOT } from "./child.mjs";
import { prepare } from "./prepare.mjs";
import { launch } from "./tell.mjs";

await launch(async () => {
  await prepare({ out: process.stdout });
  leaveSignals();
  process.argv[1] = join(ROOT, "dist/src/main.js");
  await import(pathToFileURL(process.argv[1]));
});
