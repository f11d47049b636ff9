/** `npm run check`: format, lint, types, what nobody uses, and who may import whom. The same list in CI. */
import "./node-version.mjs";
import { runChecks } from "./checks.mjs";
import { prepare } from "./prepare.mjs";
import { LaunchFault, launch } from "./tell.mjs";

await launch(async () => {
  await prepare({ development: true, out: process.stdout });
  const failed = await runChecks({ out: process.stdout, withHouse: true });
  if (failed.length > 0) throw new LaunchFault(`Failed: ${failed.join(", ")}`);
});
