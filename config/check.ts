/** `npm run config`: says whether the configuration is fine, and what it comes to; exit code 1 when it is not. */
import { StartFault } from "../src/errors.ts";
import { loadConfig } from "./index.ts";

try {
  const { config, environment } = loadConfig();
  const inboxes = Object.entries(config.inboxes).map(([key, { channel, queue }]) => `${key} (${channel}, to ${queue})`);
  const lines = [
    `${environment.CONFIG} is fine.`,
    `  inboxes    ${inboxes.join(", ") || "none"}`,
    ...config.off.map(({ inbox, reason }) => `  off        ${inbox}: ${reason}`),
    `  queues     ${Object.keys(config.queues).join(", ")}`,
    `  languages  ${config.languages.offered.join(", ")}; else ${config.languages.default}`,
    `  time zone  ${config.timeZone}`,
    `  version    ${config.version}`,
  ];
  console.info(lines.join("\n"));
} catch (error) {
  if (!(error instanceof StartFault)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
