import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project, whether this file runs as source or compiled under `dist/`. */
export const projectRoot = climb(dirname(fileURLToPath(import.meta.url)));

function climb(folder: string): string {
  return existsSync(join(folder, "package.json")) || dirname(folder) === folder ? folder : climb(dirname(folder));
}
