import { relative } from "node:path";
import { channels as allChannels } from "../channels/index.ts";
import { StartFault } from "../src/errors.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { report } from "./faults.ts";
import { type Config, readConfig } from "./read.ts";
import { projectRoot } from "./root.ts";
import type { ConfigurableChannel } from "./schema.ts";

export { type Environment, surroundings } from "./environment.ts";
export type { Config } from "./read.ts";

/** Reads the environment and the configuration file it names; throws a StartFault that lists every fault of both. */
export function loadConfig(
  env: NodeJS.ProcessEnv = process.env,
  channels: readonly ConfigurableChannel[] = allChannels,
): { config: Config; environment: Environment } {
  const { environment, faults: ofEnvironment } = readEnvironment(env);
  const { config, faults: ofFile } = readConfig(environment, env, channels);
  const reports = [
    ...(ofEnvironment.length > 0 ? [report("The environment", ofEnvironment)] : []),
    ...(ofFile.length > 0 ? [report(shortened(environment.CONFIG), ofFile)] : []),
  ];
  if (!config || reports.length > 0) throw new StartFault(reports.join("\n\n"));
  return { config, environment };
}

function shortened(file: string): string {
  const path = relative(projectRoot, file);
  return path.startsWith("..") ? file : path;
}
