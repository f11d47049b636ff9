import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { makeProject, type Project } from "./project.ts";

let project: Project;

beforeEach(() => {
  project = makeProject();
});

afterEach(() => project.remove());

describe("npm start", () => {
  test("builds what is missing, shows it, and runs main with the role names; the second time it only runs", async () => {
    const first = await project.launch("start.mjs", ["web", "worker"]);
    expect(first).toEqual({
      code: 0,
      lines: [
        "Building server, widget, console ...",
        expect.stringMatching(/^Building server, widget, console: done in \d+\.\d s$/),
        "hello web,worker",
      ],
    });
    for (const made of ["src/main.js", "config/default.yaml", "browser/widget/made.js", "browser/console/made.js"])
      expect(existsSync(join(project.folder, "dist", made))).toBe(true);
    expect(await project.launch("start.mjs")).toEqual({ code: 0, lines: ["hello "] });
  });

  test("builds again only the part whose sources changed, and forgets what was made from a file that is gone", async () => {
    await project.launch("start.mjs");
    project.write("src/main.ts", `console.log("changed");\n`);
    rmSync(join(project.folder, "src/greeting.ts"));
    const second = await project.launch("start.mjs");
    expect(second.lines).toEqual(["Building server ...", expect.stringContaining("done"), "changed"]);
    expect(existsSync(join(project.folder, "dist/src/greeting.js"))).toBe(false);
    project.write("src/console/main.js", "export const console = 2;\n");
    expect((await project.launch("start.mjs")).lines[0]).toBe("Building console ...");
  });

  test("says what cannot be built, in the builder's words, and ends with 1", async () => {
    project.write("channels/webchat/widget/main.js", "export const = ;\n");
    const { code, lines } = await project.launch("start.mjs");
    expect(code).toBe(1);
    expect(lines).toContain("vite could not build channels/webchat/widget/vite.config.ts:");
    expect(lines.join("\n")).not.toContain("hello");
  });

  test("lets one of several that start at once build, while the others wait", async () => {
    const roles = ["web", "worker", "email", "whatsapp"];
    const ended = await Promise.all(roles.map((role) => project.launch("start.mjs", [role])));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(ended.map(({ lines }) => lines.at(-1))).toEqual(roles.map((role) => `hello ${role}`));
    expect(ended.filter(({ lines }) => lines.length > 1)).toHaveLength(1);
  });

  test("takes over from a launcher that was killed while it built", async () => {
    await project.launch("start.mjs");
    project.write("src/greeting.ts", `export const greeting = "again";\n`);
    const killed = project.begin("start.mjs");
    await killed.kill();
    writeFileSync(join(project.folder, "dist/preparing.lock"), String(killed.pid));
    expect((await project.launch("start.mjs")).lines.at(-1)).toBe("again ");
    expect(existsSync(join(project.folder, "dist/preparing.lock"))).toBe(false);
  });

  test("ends at once on a signal while it builds, and leaves no lock", async () => {
    const running = project.begin("start.mjs");
    await eventually(() => expect(running.lines).toHaveLength(1));
    running.child.kill("SIGINT");
    expect(await running.exited).toBe(130);
    expect(existsSync(join(project.folder, "dist/preparing.lock"))).toBe(false);
  });

  test("says so on a Node that is too old", async () => {
    const old = `data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.18.3" } })`;
    const { code, lines } = await project.launch("start.mjs", [], { NODE_OPTIONS: `--import=${encodeURI(old)}` });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^Firstline needs Node 20\.19 or newer; this is 20\.18\.3\./)]);
  });
});

describe("a program beside the gateway", () => {
  test("has stdout for itself, also when it has to be built first", async () => {
    project.write("src/cli/key.ts", `console.log(process.argv.slice(2).join("+"));\n`);
    const running = project.begin("run.mjs", ["src/cli/key.js", "create", "NAME"]);
    const out: string[] = [];
    running.child.stdout?.on("data", (text) => out.push(String(text)));
    expect(await running.exited).toBe(0);
    expect(out.join("")).toBe("create+NAME\n");
    expect(running.lines).toContain("Building server ...");
  });

  test("is made from the same TypeScript that its reader sees, types taken away", async () => {
    await project.launch("build.mjs");
    expect(readFileSync(join(project.folder, "dist/src/main.js"), "utf8")).toContain('from "./greeting.js"');
  });
});
