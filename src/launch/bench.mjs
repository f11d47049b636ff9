/** `npm run bench`: installs and builds what is missing, then measures. Arguments go to test/bench; `--help` lists them. */
import "./node-version.mjs";
import { openly } from "./child.mjs";
import { prepare } from "./prepare.mjs";
import { launch } from "./tell.mjs";

await launch(async () => {
  await prepare({ development: true, out: process.stderr });
  const program = ["--import", "./test/support/typescript.mjs", "test/bench/index.ts"];
  process.exit(await openly(process.execPath, [...program, ...process.argv.slice(2)]));
});
