import { relative } from "node:path";

const WIDTH = 80;
const LABEL = 12;

export interface WelcomeFacts {
  /** Where the gateway is reached from this machine, without a slash at its end. */
  url: string;
  /** The first admin; the password only when it was made up just now, as it is told this once. */
  login: { email: string; password?: string | undefined };
  /** Where the data is, when stores of our own keep it. */
  dataDir?: string | undefined;
  /** Where the log goes, when not to this screen. */
  log?: string | undefined;
  /** Inboxes that are left off, and why. */
  off: { inbox: string; reason: string }[];
  /** What was taken from where, as startStores tells it. */
  notes: string[];
  /** Path of the configuration. */
  config: string;
}

/** The one screen that is printed when the gateway is ready: plain text, at most 24 lines of 80 columns. */
export function welcome({ url, login, dataDir, log, off, notes, config }: WelcomeFacts): string {
  return [
    "",
    "  Firstline is ready.",
    "",
    ...entry("Customer", [`${url}/`, "a page with the chat: write something as a customer"]),
    ...entry("Agent", [`${url}/agent`, "the console: answer it here"]),
    ...entry("Login", [login.email]),
    ...(login.password ? entry("Password", [`${login.password}   (shown this once: keep it)`]) : []),
    ...entry("API", [`${url}/api/docs`]),
    "",
    ...(dataDir === undefined ? [] : entry("Data", [shortest(dataDir)])),
    ...(log === undefined ? [] : entry("Log", [shortest(log)])),
    ...off.flatMap(({ inbox, reason }) => entry("Off", [`${inbox}: ${reason}`])),
    ...notes.flatMap((note, index) => entry(index === 0 ? "Runs on" : "", [note])),
    ...entry("Next", [`edit ${shortest(config)}, check it with: npm run config`, "add your agents: console, Agents"]),
    ...entry("Stop", ["Ctrl-C"]),
    "",
  ].join("\n");
}

/** A path as one types it from here. */
function shortest(path: string): string {
  const fromHere = relative("", path);
  return fromHere.length < path.length ? fromHere : path;
}

/** Lines under one label, each wrapped; an address or a path is never broken. */
function entry(label: string, lines: string[]): string[] {
  return lines.flatMap(wrapped).map((line, index) => `  ${(index === 0 ? label : "").padEnd(LABEL)}${line}`);
}

function wrapped(text: string): string[] {
  const room = WIDTH - LABEL - 2;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
