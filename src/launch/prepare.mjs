import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bundle } from "./bundle.mjs";
import { ROOT } from "./child.mjs";
import { compileServer } from "./compile.mjs";
import { install, isInstalled } from "./install.mjs";
import { markOf, PARTS } from "./sources.mjs";
import { step } from "./tell.mjs";

const MARKS = join(ROOT, "dist", "marks.json");
/** Held by the one launcher that installs or builds, as a Procfile starts several at once. */
const LOCK = join(ROOT, "dist", "preparing.lock");
const LOOK_EVERY_MS = 100;

const BUILDS = {
  server: compileServer,
  widget: () => bundle("channels/webchat/widget/vite.config.ts"),
  console: () => bundle("src/console/vite.config.ts"),
};

/** Installs and builds what is missing or older than its sources, and nothing else; tells what it does on `out`. */
export async function prepare({ development = false, needed = Object.keys(PARTS), out }) {
  const stale = () => staleOf(needed);
  if (isInstalled({ development }) && stale().length === 0) return;
  await alone(async () => {
    if (!isInstalled({ development })) await step(out, "Installing npm packages", () => install({ development }));
    const parts = stale();
    if (parts.length > 0) await step(out, `Building ${parts.join(", ")}`, () => build(parts));
  });
}

/** Builds all of dist/, up to date or not, after installing what is missing. */
export async function rebuild({ out }) {
  await alone(async () => {
    if (!isInstalled({ development: false }))
      await step(out, "Installing npm packages", () => install({ development: false }));
    await step(out, "Building", () => build(Object.keys(PARTS)));
  });
}

/** Builds these parts of dist/, at once, and marks each that is done. */
async function build(parts) {
  const marks = Object.fromEntries(parts.map((part) => [part, markOf(part)]));
  const built = await Promise.allSettled(parts.map((part) => BUILDS[part]()));
  const done = parts.filter((_, index) => built[index].status === "fulfilled");
  const all = { ...readMarks(), ...Object.fromEntries(done.map((part) => [part, marks[part]])) };
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  writeFileSync(`${MARKS}.new`, JSON.stringify(all));
  renameSync(`${MARKS}.new`, MARKS);
  const failed = built.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
}

function staleOf(parts) {
  const marks = readMarks();
  return parts.filter((part) => marks[part] !== markOf(part));
}

function readMarks() {
  try {
    return JSON.parse(readFileSync(MARKS, "utf8"));
  } catch {
    return {};
  }
}

async function alone(work) {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  while (!taken()) await pause(LOOK_EVERY_MS);
  const giveBack = () => rmSync(LOCK, { force: true });
  process.once("exit", giveBack);
  try {
    await work();
  } finally {
    process.off("exit", giveBack);
    giveBack();
  }
}

function taken() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch (fault) {
    if (fault.code !== "EEXIST") throw fault;
    const holder = holderOf(LOCK);
    if (holder !== undefined && !runs(holder)) putAside(holder);
    return false;
  }
}

/** Undefined when it is gone, or when its holder has only just made it. */
function holderOf(path) {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function runs(pid) {
  try {
    return process.kill(pid, 0);
  } catch (fault) {
    return fault.code === "EPERM";
  }
}

/** Moved before it is deleted, so that one that was taken a moment ago is noticed and put back. */
function putAside(dead) {
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
    if (holderOf(aside) !== dead) linkSync(aside, LOCK);
  } catch (fault) {
    if (!["ENOENT", "EEXIST"].includes(fault.code)) throw fault;
  }
  rmSync(aside, { force: true });
}
