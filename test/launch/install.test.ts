import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { makeProject, type Project } from "./project.ts";

const LOCK = {
  name: "small",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": {
      name: "small",
      version: "1.0.0",
      dependencies: { "fetched-once": "1.0.0" },
      devDependencies: { developing: "2.0.0" },
    },
    "node_modules/fetched-once": { version: "1.0.0" },
    "node_modules/developing": { version: "2.0.0", dev: true },
    "node_modules/elsewhere": { version: "3.0.0", optional: true, os: ["aix"] },
  },
};
/** Refused at once, so that npm fails without waiting. */
const NO_REGISTRY = { npm_config_registry: "http://127.0.0.1:1", npm_config_fetch_retries: "0" };

let project: Project;

beforeEach(() => {
  project = makeProject();
  rmSync(join(project.folder, "node_modules"));
  const { dependencies, devDependencies } = LOCK.packages[""];
  project.write(
    "package.json",
    JSON.stringify({ name: "small", version: "1.0.0", type: "module", dependencies, devDependencies }),
  );
  project.write("package-lock.json", JSON.stringify(LOCK));
});

afterEach(() => project.remove());

describe("what must be installed", () => {
  test.each([
    ["nothing is there", undefined, { running: false, developing: false }],
    ["all is there", { "fetched-once": "1.0.0", developing: "2.0.0" }, { running: true, developing: true }],
    ["what running needs is there", { "fetched-once": "1.0.0" }, { running: true, developing: false }],
    ["a version is another", { "fetched-once": "0.9.0", developing: "2.0.0" }, { running: false, developing: false }],
  ])("is told from npm's own list when %s", async (_, have, expected) => {
    if (have) installed(have);
    const ask = `import { isInstalled } from "./src/launch/install.mjs";
      console.log(JSON.stringify({ running: isInstalled({ development: false }), developing: isInstalled({ development: true }) }));
      process.exit(0);`;
    project.write("src/launch/ask.mjs", ask.replace("./src/launch/", "./"));
    const { lines } = await project.launch("ask.mjs");
    expect(JSON.parse(lines[0] ?? "")).toEqual(expected);
  });

  test("and cannot be is said in npm's words, with what to do, and the exit code is 1", async () => {
    const { code, lines } = await project.launch("start.mjs", [], NO_REGISTRY);
    expect(code).toBe(1);
    expect(lines[0]).toBe("Installing npm packages ...");
    expect(lines).toContain("npm could not install what Firstline needs:");
    expect(lines.join("\n")).toContain("ECONNREFUSED");
    expect(lines.at(-1)).toContain("Try it yourself with: npm ci --omit=dev");
  });

  test("is not asked for from npm when it is there", async () => {
    mkdirSync(join(project.folder, "home"));
    writeFileSync(join(project.folder, "home/.npm"), "a file: npm could not use it");
    installed({ "fetched-once": "1.0.0" });
    const { lines } = await project.launch("start.mjs", [], NO_REGISTRY);
    expect(lines[0]).toBe("Building server, widget, console ...");
  });
});

describe("the lock file", () => {
  test("names every package that another platform takes, as npm ci refuses one that does not", () => {
    const { packages } = JSON.parse(readFileSync(resolve("package-lock.json"), "utf8")) as {
      packages: Record<string, Entry>;
    };
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !places(place, name).some((each) => each in packages)),
    );
    expect(missing).toEqual([]);
  });
});

interface Entry {
  optionalDependencies?: Record<string, string>;
}

/** Where Node looks for a package from a place, nearest first. */
function places(from: string, name: string): string[] {
  const above = from.split("/node_modules/").map((_, index, parts) => parts.slice(0, index + 1).join("/node_modules/"));
  return [...above.map((place) => `${place}/node_modules/${name}`), `node_modules/${name}`];
}

function installed(versions: Record<string, string>): void {
  const packages = Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]),
  );
  project.write("node_modules/.package-lock.json", JSON.stringify({ packages }));
}
