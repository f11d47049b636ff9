/** What the page that embeds the widget decides. */
export interface Settings {
  /** Folder of widget.js, where the gateway is. */
  base: URL;
  inbox: string;
  language?: string;
  color?: string;
  position: "left" | "right";
}

/** Who is logged in at the site, as its server signed it. */
export type Identity = { userId: string; email?: string; name?: string; expires: number; hmac: string };

/** The widget's one global: what the page may set before the script runs, and call afterwards. */
export interface Page {
  identity?: Identity | (() => Identity | undefined | Promise<Identity | undefined>);
  open?(): void;
  close?(): void;
}

declare global {
  interface Window {
    firstline?: Page;
  }
}

/** Reads the script element's data attributes. */
export function readSettings(script: HTMLScriptElement): Settings {
  const { inbox = "website", language, color, position } = script.dataset;
  return {
    base: new URL(".", script.src),
    inbox,
    ...(language && { language }),
    ...(color && CSS.supports("color", color) && { color }),
    position: position === "left" ? "left" : "right",
  };
}

/** The identity as it is now: a function gives a fresh one for every connection. */
export async function currentIdentity(): Promise<Identity | undefined> {
  const identity = window.firstline?.identity;
  return typeof identity === "function" ? await identity() : identity;
}
