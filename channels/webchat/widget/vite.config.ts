import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The widget as one classic script, and the demo page's files beside it, in dist/browser/widget. */
export default defineConfig({
  root: here("."),
  publicDir: here("public"),
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true, discloseVersion: false } })],
  // 40 kB in all hold no code for what the widget never does. A library that comes to need it fails this build.
  resolve: {
    alias: [
      { find: /^.*\/flags\/index\.js$/, replacement: here("slim/flags.js") },
      { find: /^.*\/hydration\.js$/, replacement: here("slim/hydration.js") },
      { find: /^.*\/webtransport\.js$/, replacement: here("slim/webtransport.js") },
    ],
  },
  build: {
    outDir: here("../../../dist/browser/widget"),
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: here("main.ts"), formats: ["iife"], name: "firstlineWidget", fileName: () => "widget.js" },
  },
});
