import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./child.mjs";

/** The parts of dist/, with the files that each is made from. The launcher decides how, so it counts for all. */
export const PARTS = {
  server: () =>
    filesBelow("adapters", "channels", "config", "src").filter(
      (path) => !/^(src\/(console|launch)\/|channels\/[^/]+\/widget\/)/.test(path),
    ),
  widget: () => [...filesBelow("channels/webchat"), "src/types.ts"],
  console: () => [...filesBelow("src/console"), "src/types.ts"],
};

/** A mark that changes when any file that a part is made from changes. */
export function markOf(part) {
  const hash = createHash("sha256");
  for (const path of [...PARTS[part](), ...filesBelow("src/launch"), "package-lock.json", "tsconfig.json"])
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update("\0");
  return hash.digest("hex");
}

function filesBelow(...folders) {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
    )
    .sort();
}
