import { mount } from "svelte";
import App from "./App.svelte";
import { createChat } from "./chat.svelte.ts";
import { readableOn } from "./format.ts";
import { readSettings, type Settings } from "./settings.ts";
import styles from "./styles.css?inline";

const script = document.currentScript;
if (script instanceof HTMLScriptElement) whenReady(() => start(readSettings(script)));

/** Puts the widget into a shadow tree of its own: no style, name or event of the page reaches in, none of ours out. */
function start(settings: Settings): void {
  const host = document.createElement("div");
  host.dataset.firstline = settings.inbox;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);
  if (settings.color) paint(host, settings.color);
  const chat = createChat(settings);
  mount(App, { target: root, props: { chat } });
  window.firstline = Object.assign(window.firstline ?? {}, {
    open() {
      chat.open = true;
    },
    close() {
      chat.open = false;
    },
  });
}

function paint(host: HTMLElement, color: string): void {
  host.style.setProperty("--firstline-brand", color);
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return;
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
  host.style.setProperty("--firstline-on-brand", readableOn([red, green, blue]));
}

function whenReady(act: () => void): void {
  if (document.body) act();
  else document.addEventListener("DOMContentLoaded", act, { once: true });
}
