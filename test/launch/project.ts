import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Process, startProcess } from "../support/processes.ts";

const BUNDLE = `import { defineConfig } from "vite";
export default defineConfig({
  root: import.meta.dirname,
  build: { outDir: "OUT", lib: { entry: "main.js", formats: ["es"], fileName: () => "made.js" } },
});`;
const SOURCES = {
  "package.json": JSON.stringify({ name: "small", version: "1.0.0", type: "module" }),
  "src/main.ts": `import { greeting } from "./greeting.ts";\nconst roles: string[] = process.argv.slice(2);\nconsole.log(greeting, roles.join());\n`,
  "src/greeting.ts": `export const greeting: string = "hello";\n`,
  "src/types.ts": "export type Nothing = never;\n",
  "adapters/one.ts": "export const one = 1;\n",
  "config/default.yaml": "a: 1\n",
  "channels/webchat/widget/main.js": "export const widget = 1;\n",
  "channels/webchat/widget/vite.config.ts": BUNDLE.replace("OUT", "../../../dist/browser/widget"),
  "src/console/main.js": "export const console = 1;\n",
  "src/console/vite.config.ts": BUNDLE.replace("OUT", "../../dist/browser/console"),
};

/** A project as small as can be with the real launcher, in a folder of its own. */
export interface Project {
  folder: string;
  write(path: string, content: string): void;
  /** Runs a launcher to its end. */
  launch(
    program: string,
    args?: string[],
    env?: Record<string, string>,
  ): Promise<{ code: number | null; lines: string[] }>;
  begin(program: string, args?: string[], env?: Record<string, string>): Process;
  remove(): void;
}

/** Makes one whose packages are installed: those of this very project. */
export function makeProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), "firstline-launch-"));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(SOURCES)) write(path, content);
  cpSync(resolve("src/launch"), join(folder, "src/launch"), { recursive: true });
  for (const path of ["package-lock.json", "tsconfig.json"]) cpSync(resolve(path), join(folder, path));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const begin: Project["begin"] = (program, args = [], env = {}) =>
    startProcess(process.execPath, [join(folder, "src/launch", program), ...args], {
      env: { PATH: process.env.PATH ?? "", HOME: join(folder, "home"), ...env },
      cwd: folder,
    });
  return {
    folder,
    write,
    begin,
    async launch(program, args, env) {
      const running = begin(program, args, env);
      return { code: await running.exited, lines: running.lines };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
