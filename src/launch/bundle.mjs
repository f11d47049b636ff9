import { quietly } from "./child.mjs";
import { LaunchFault } from "./tell.mjs";

/** Builds one browser side with Vite, as its own configuration says; rejects with Vite's words. */
export async function bundle(config) {
  const args = ["node_modules/vite/bin/vite.js", "build", "--config", config, "--logLevel", "warn"];
  const { code, output } = await quietly(process.execPath, args);
  if (code !== 0) throw new LaunchFault(`vite could not build ${config}:\n\n${output.trim()}`);
}
