import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Builds the console to dist/browser/console: hashed assets, nothing inline, so that a strict CSP can hold. */
export default defineConfig({
  root: here,
  base: "/agent/",
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: fileURLToPath(new URL("../../dist/browser/console", import.meta.url)),
    emptyOutDir: true,
    // A data: URL would need an exception in the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
});
